import type { Command } from '@berth/ui'

/** Where images are pushed to and pulled from. */
export type Registry = {
  /** Host with its port, as in image names. */
  host: string
  /** Plain http: every client but docker on loopback has to be told. */
  insecure: boolean
}

/** From what GET /systeminfo says; null while it says nothing. */
export function registryOf(info: {
  registry_url?: string | null
  external_url?: string | null
}): Registry | null {
  const external = info.external_url ?? ''
  const url = URL.canParse(external) ? new URL(external) : undefined
  const host = (info.registry_url ?? '').replace(/^https?:\/\//, '').replace(/\/+$/, '') || url?.host
  return host ? { host, insecure: url?.protocol === 'http:' } : null
}

export type Target = {
  /** `project/path/of/repository` */
  repository: string
  tag?: string
  /** Used when there is no tag. */
  digest?: string
  /** IMAGE, CHART, … as the API names it. */
  type?: string
  /** An index: copying it whole takes a flag. */
  index?: boolean
}

/** How to get an artifact, in the words of each tool that can. */
export function pullCommands(
  registry: Registry,
  { repository, tag, digest, type, index }: Target,
): Command[] {
  const path = `${registry.host}/${repository}`
  const name = tag ? `${path}:${tag}` : digest ? `${path}@${digest}` : path
  const flag = (text: string) => (registry.insecure ? ` ${text}` : '')
  const folder = `${repository.split('/').at(-1)}${tag ? `:${tag}` : ''}`
  const oras = { tool: 'oras', command: `oras pull${flag('--plain-http')} ${name}` }
  const skopeo = {
    tool: 'skopeo',
    command: `skopeo copy${index ? ' --all' : ''}${flag('--src-tls-verify=false')} docker://${name} oci:${folder}`,
  }
  if (type === 'CHART') {
    // Tags hold no plus sign; helm writes an underscore for it.
    const helm = {
      tool: 'helm',
      command: `helm pull${flag('--plain-http')} oci://${path} --version ${tag?.replaceAll('_', '+')}`,
    }
    // By digest only newer versions of helm can; the others do it everywhere.
    return tag ? [helm, oras, skopeo] : [oras, skopeo]
  }
  // No tool pulls one by itself: a build reads from it what it needs.
  if (type === 'CACHE')
    return [{ tool: 'docker', command: `docker buildx build --cache-from type=registry,ref=${name} .` }]
  if (type && !['IMAGE', 'WASM', 'CNAB'].includes(type)) return [oras, skopeo]
  return [
    { tool: 'docker', command: `docker pull ${name}` },
    { tool: 'podman', command: `podman pull${flag('--tls-verify=false')} ${name}` },
    skopeo,
    { tool: 'nerdctl', command: `nerdctl${flag('--insecure-registry')} pull ${name}` },
  ]
}

/** How to bring a local image here. `reference` is `project/repository:tag`; SOURCE is the word to replace. */
export function pushCommands(registry: Registry, reference: string): Command[] {
  const target = `${registry.host}/${reference}`
  const flag = (text: string) => (registry.insecure ? ` ${text}` : '')
  return [
    { tool: 'docker', command: `docker tag SOURCE ${target}\ndocker push ${target}` },
    { tool: 'podman', command: `podman push${flag('--tls-verify=false')} SOURCE ${target}` },
    {
      tool: 'skopeo',
      command: `skopeo copy --all${flag('--dest-tls-verify=false')} oci:SOURCE docker://${target}`,
    },
    {
      tool: 'nerdctl',
      command: `nerdctl tag SOURCE ${target}\nnerdctl${flag('--insecure-registry')} push ${target}`,
    },
  ]
}

/** The sign-in that a push needs first. */
export function loginCommands({ host, insecure }: Registry): Command[] {
  const flag = (text: string) => (insecure ? ` ${text}` : '')
  return [
    { tool: 'docker', command: `docker login ${host}` },
    { tool: 'podman', command: `podman login${flag('--tls-verify=false')} ${host}` },
    { tool: 'skopeo', command: `skopeo login${flag('--tls-verify=false')} ${host}` },
    { tool: 'nerdctl', command: `nerdctl${flag('--insecure-registry')} login ${host}` },
  ]
}

/** Both in one, for whoever comes with nothing. */
export function firstPushCommands(registry: Registry, reference: string): Command[] {
  const logins = new Map(loginCommands(registry).map(({ tool, command }) => [tool, command]))
  return pushCommands(registry, reference).map(({ tool, command }) => ({
    tool,
    command: `${logins.get(tool)}\n${command}`,
  }))
}
