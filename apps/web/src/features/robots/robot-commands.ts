import type { Command } from '@berth/ui'
import type { Registry } from '../repositories/commands.ts'

/** For a shell: the name holds a `$`, which only single quotes keep. */
const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`

/** How a robot signs in. Each asks for the secret or takes it from $SECRET: it never stands in the shell's history. */
export function robotLoginCommands({ host, insecure }: Registry, name: string): Command[] {
  const user = quoted(name)
  const flag = (text: string) => (insecure ? ` ${text}` : '')
  return [
    { tool: 'docker', command: `docker login ${host} -u ${user}` },
    { tool: 'podman', command: `podman login${flag('--tls-verify=false')} ${host} -u ${user}` },
    { tool: 'skopeo', command: `skopeo login${flag('--tls-verify=false')} ${host} -u ${user}` },
    { tool: 'helm', command: `helm registry login${flag('--plain-http')} ${host} -u ${user}` },
    {
      tool: 'CI',
      command: `echo "$SECRET" | docker login ${host} -u ${user} --password-stdin`,
    },
    {
      tool: 'kubectl',
      command: `kubectl create secret docker-registry berth --docker-server=${host} --docker-username=${user} --docker-password="$SECRET"`,
    },
  ]
}
