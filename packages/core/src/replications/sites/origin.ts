import { RegistryError } from '@berth/registry-client'
import type { Site } from './model.ts'

const origins = new WeakMap<Error, number>()

/** The site at which an error arose, by its key; undefined for what arose at none. */
export const originOf = (error: unknown): number | undefined =>
  error instanceof RegistryError ? origins.get(error) : undefined

function note(error: unknown, key: number): void {
  // What one site could not read passes through the other one, which is sent it.
  if (error instanceof RegistryError && !origins.has(error)) origins.set(error, key)
}

/** The site, whose errors can be told from those of the other one. `answered`: for each answer that was none; `listed`: for each page of repositories. */
export function withOrigin(site: Site, answered: () => void = () => {}, listed: () => void = () => {}): Site {
  const { key } = site
  const passed = async <T>(work: Promise<T>): Promise<T> => {
    try {
      const answer = await work
      answered()
      return answer
    } catch (error) {
      note(error, key)
      throw error
    }
  }
  async function* read<T>(chunks: AsyncIterable<T>, came: () => void = () => {}): AsyncGenerator<T> {
    try {
      for await (const chunk of chunks) {
        came()
        yield chunk
      }
    } catch (error) {
      note(error, key)
      throw error
    }
  }
  const { referrers } = site
  return {
    ...site,
    ...(referrers && { referrers: (...asked) => passed(referrers(...asked)) }),
    repositories: (options) => read(site.repositories(options), listed),
    tags: (...asked) => passed(site.tags(...asked)),
    head: (...asked) => passed(site.head(...asked)),
    manifest: (...asked) => passed(site.manifest(...asked)),
    attached: (...asked) => passed(site.attached(...asked)),
    hasBlob: (...asked) => passed(site.hasBlob(...asked)),
    openBlob: async (...asked) => read(await passed(site.openBlob(...asked))),
    placeOf: (...asked) => passed(site.placeOf(...asked)),
    mount: (...asked) => passed(site.mount(...asked)),
    upload: (...asked) => passed(site.upload(...asked)),
    put: (...asked) => passed(site.put(...asked)),
    deleteTag: (...asked) => passed(site.deleteTag(...asked)),
    deleteManifest: (...asked) => passed(site.deleteManifest(...asked)),
    prepare: (...asked) => passed(site.prepare(...asked)),
  }
}
