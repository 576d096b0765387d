import type { Command } from '@berth/ui'

/** Where images are pushed to and pulled from. */
export type Registry = {
  /** Host with its port, as in image names. */
  host: string
  /** Plain http: every client but docker on loopback has to be told. */
  insecure: boolean
}

export type Target = {
  registry: Registry
  project: string
  repository: string
  tag?: string
  /** Used when there is no tag. */
  digest?: string
  /** IMAGE, CHART, … as the API names it. */
  type?: string
  /** An index: copying it whole takes a flag. */
  index?: boolean
}

/** From the installation's external URL and the host it wants in image names, when it names one. */
export function registryOf(externalUrl: string, registryUrl?: string | null): Registry {
  const url = URL.canParse(externalUrl) ? new URL(externalUrl) : undefined
  const host = registryUrl?.replace(/^https?:\/\//, '').replace(/\/+$/, '') || url?.host || ''
  return { host, insecure: url?.protocol === 'http:' }
}

/** How to get an artifact, in the words of each tool that can. */
export function pullCommands(target: Target): Command[] {
  const { registry, repository, tag, digest } = target
  const path = `${registry.host}/${target.project}/${repository}`
  const name = tag ? `${path}:${tag}` : digest ? `${path}@${digest}` : path
  const flag = (text: string) => (registry.insecure ? ` ${text}` : '')
  const folder = repository.split('/').at(-1)
  const all = target.index ? ' --all' : ''
  const skopeo = {
    tool: 'skopeo',
    command: `skopeo copy${all}${flag('--src-tls-verify=false')} docker://${name} oci:${folder}${tag ? `:${tag}` : ''}`,
  }
  const oras = { tool: 'oras', command: `oras pull${flag('--plain-http')} ${name}` }
  if (target.type === 'CHART') {
    const version = tag ? ` --version ${tag.replaceAll('_', '+')}` : ''
    return [
      { tool: 'helm', command: `helm pull${flag('--plain-http')} oci://${path}${version}` },
      oras,
      skopeo,
    ]
  }
  if (target.type && !['IMAGE', 'WASM', 'CNAB'].includes(target.type)) return [oras, skopeo]
  return [
    { tool: 'docker', command: `docker pull ${name}` },
    { tool: 'podman', command: `podman pull${flag('--tls-verify=false')} ${name}` },
    skopeo,
    { tool: 'nerdctl', command: `nerdctl${flag('--insecure-registry')} pull ${name}` },
  ]
}

/** How to bring a local image here; `tag` stays a word to replace when none is given. */
export function pushCommands(target: Pick<Target, 'registry' | 'project' | 'repository' | 'tag'>): Command[] {
  const { registry, tag = 'TAG' } = target
  const name = `${registry.host}/${target.project}/${target.repository}:${tag}`
  const source = `LOCAL_IMAGE:${tag}`
  const flag = (text: string) => (registry.insecure ? ` ${text}` : '')
  return [
    { tool: 'docker', command: `docker tag ${source} ${name}\ndocker push ${name}` },
    { tool: 'podman', command: `podman push${flag('--tls-verify=false')} ${source} ${name}` },
    {
      tool: 'skopeo',
      command: `skopeo copy --all${flag('--dest-tls-verify=false')} oci:LOCAL_FOLDER:${tag} docker://${name}`,
    },
    {
      tool: 'nerdctl',
      command: `nerdctl tag ${source} ${name}\nnerdctl${flag('--insecure-registry')} push ${name}`,
    },
  ]
}

/** The sign-in that a push needs first. */
export function loginCommands(registry: Registry): Command[] {
  const { host, insecure } = registry
  const flag = (text: string) => (insecure ? ` ${text}` : '')
  return [
    { tool: 'docker', command: `docker login ${host}` },
    { tool: 'podman', command: `podman login${flag('--tls-verify=false')} ${host}` },
    { tool: 'skopeo', command: `skopeo login${flag('--tls-verify=false')} ${host}` },
    { tool: 'nerdctl', command: `nerdctl${flag('--insecure-registry')} login ${host}` },
  ]
}
