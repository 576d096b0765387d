import { describe, expect, test } from 'vitest'
import { firstPushCommands, loginCommands, pullCommands, pushCommands, registryOf } from './commands.ts'

const secure = { host: 'berth.example.com', insecure: false }
const plain = { host: '127.0.0.1:8080', insecure: true }
const repository = 'shop/web/api'
const digest = `sha256:${'0'.repeat(64)}`

const commandFor = (tool: string, commands: { tool: string; command: string }[]) =>
  commands.find((one) => one.tool === tool)?.command

describe('registryOf', () => {
  test('takes host and port from the external URL', () => {
    expect(registryOf({ external_url: 'http://127.0.0.1:8080' })).toEqual(plain)
    expect(registryOf({ external_url: 'https://berth.example.com/' })).toEqual(secure)
  })
  test('prefers the host the installation names, without scheme or slash', () => {
    const external_url = 'https://berth.example.com'
    expect(registryOf({ external_url, registry_url: 'images.example.com:5000' })?.host).toBe(
      'images.example.com:5000',
    )
    expect(registryOf({ external_url, registry_url: 'https://images.example.com/' })?.host).toBe(
      'images.example.com',
    )
  })
  test('without any address there is none to show', () => {
    expect(registryOf({})).toBeNull()
    expect(registryOf({ external_url: 'not a URL', registry_url: null })).toBeNull()
  })
})

describe('pull', () => {
  test('every tool gets the same full name', () => {
    const commands = pullCommands(secure, { repository, tag: 'v1' })
    expect(commands.map(({ tool }) => tool)).toEqual(['docker', 'podman', 'skopeo', 'nerdctl'])
    for (const { command } of commands) expect(command).toContain('berth.example.com/shop/web/api:v1')
    expect(commandFor('skopeo', commands)).toBe(
      'skopeo copy docker://berth.example.com/shop/web/api:v1 oci:api:v1',
    )
  })
  test('without a tag the digest is pulled', () => {
    expect(commandFor('docker', pullCommands(secure, { repository, digest }))).toBe(
      `docker pull berth.example.com/shop/web/api@${digest}`,
    )
  })
  test('over plain http all but docker are told so', () => {
    const commands = pullCommands(plain, { repository, tag: 'v1' })
    expect(commandFor('docker', commands)).toBe('docker pull 127.0.0.1:8080/shop/web/api:v1')
    expect(commandFor('podman', commands)).toContain('--tls-verify=false')
    expect(commandFor('skopeo', commands)).toContain('--src-tls-verify=false')
    expect(commandFor('nerdctl', commands)).toContain('--insecure-registry pull')
  })
  test('an index is copied with all its platforms', () => {
    const commands = pullCommands(secure, { repository, tag: 'v1', index: true })
    expect(commandFor('skopeo', commands)).toContain('skopeo copy --all ')
  })
  test('a chart is pulled with helm, its version with the plus sign that tags cannot hold', () => {
    const commands = pullCommands(secure, {
      repository: 'shop/charts/api',
      tag: '1.2.0_build.5',
      type: 'CHART',
    })
    expect(commands[0]).toEqual({
      tool: 'helm',
      command: 'helm pull oci://berth.example.com/shop/charts/api --version 1.2.0+build.5',
    })
  })
  test('a chart by digest is left to the tools that know digests', () => {
    const commands = pullCommands(secure, { repository, digest, type: 'CHART' })
    expect(commands.map(({ tool }) => tool)).toEqual(['oras', 'skopeo'])
    for (const { command } of commands) expect(command).toContain(`@${digest}`)
  })
  test('a build cache is named to a build', () => {
    expect(pullCommands(secure, { repository, tag: 'main', type: 'CACHE', index: true })).toEqual([
      {
        tool: 'docker',
        command: 'docker buildx build --cache-from type=registry,ref=berth.example.com/shop/web/api:main .',
      },
    ])
  })
  test('what no container engine can run is pulled with oras', () => {
    const commands = pullCommands(secure, { repository, tag: 'v1', type: 'SBOM' })
    expect(commands.map(({ tool }) => tool)).toEqual(['oras', 'skopeo'])
  })
})

test('push names the source as a word to replace and the target in full', () => {
  const commands = pushCommands(secure, 'shop/web/api:TAG')
  expect(commandFor('docker', commands)).toBe(
    'docker tag SOURCE berth.example.com/shop/web/api:TAG\ndocker push berth.example.com/shop/web/api:TAG',
  )
  for (const { command } of commands) expect(command).toContain('berth.example.com/shop/web/api:TAG')
})

test('sign-in goes to the host that images are pushed to', () => {
  for (const { command } of loginCommands(plain)) expect(command).toMatch(/ login .*127\.0\.0\.1:8080$/)
})

test('whoever pushes for the first time signs in with the same tool', () => {
  expect(commandFor('skopeo', firstPushCommands(plain, 'shop/web:TAG'))).toBe(
    'skopeo login --tls-verify=false 127.0.0.1:8080\nskopeo copy --all --dest-tls-verify=false oci:SOURCE docker://127.0.0.1:8080/shop/web:TAG',
  )
  for (const { tool, command } of firstPushCommands(secure, 'shop/web:TAG')) {
    expect(command).toMatch(new RegExp(`^${tool} login berth\\.example\\.com\n`))
  }
})
