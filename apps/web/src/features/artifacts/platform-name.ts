/** The part of a platform that an index or a configuration tells. */
export type PlatformFacts = {
  os?: unknown
  architecture?: unknown
  variant?: unknown
  'os.version'?: unknown
}

/**
 * `linux/amd64`, `linux/arm/v7`, `windows/amd64 10.0.20348.2113`; null when nothing is known. Build tools write
 * `unknown/unknown` for what is no platform at all, such as attestations: that is null too.
 */
export function platformName(platform: PlatformFacts | null | undefined): string | null {
  if (!platform) return null
  const [os, architecture, variant, version] = [
    platform.os,
    platform.architecture,
    platform.variant,
    platform['os.version'],
  ].map((part) => (typeof part === 'string' && part !== 'unknown' ? part : ''))
  if (!os && !architecture) return null
  const name = [os, architecture, variant].filter(Boolean).join('/')
  return version ? `${name} ${version}` : name
}

type Artifact = {
  extra_attrs?: Record<string, unknown>
  references?: { platform?: PlatformFacts }[]
}

/** The platforms of an index, in its order and each once, or the one of an image. */
export function platformNames({ references, extra_attrs }: Artifact): string[] {
  const platforms = references?.length ? references.map(({ platform }) => platform) : [extra_attrs]
  return [...new Set(platforms.map(platformName).filter((name) => name !== null))]
}
