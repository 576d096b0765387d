import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { robotLoginCommands } from './robot-commands.ts'

it.each(['robot$team+ci', "odd'name$HOME"])('a shell passes the name %s on as it is', (name) => {
  const [docker] = robotLoginCommands({ host: 'berth.example', insecure: false }, name)
  const printed = execFileSync('sh', [
    '-c',
    (docker?.command ?? '').replace('docker login', "printf '%s\\n'"),
  ])
  expect(printed.toString().split('\n')).toContain(name)
})

it('clients that must be told of plain http are told', () => {
  const commands = robotLoginCommands({ host: 'localhost:8080', insecure: true }, 'robot$ci')
  expect(commands.find(({ tool }) => tool === 'skopeo')?.command).toBe(
    "skopeo login --tls-verify=false localhost:8080 -u 'robot$ci'",
  )
})
