/**
 * Manifests by digest, the least recently used going first. What a digest names never changes, so nothing here can be
 * out of date; who may see it is decided before it is asked.
 */
export class ManifestMemory {
  private entries = new Map<string, Buffer>()
  private loading = new Map<string, Promise<Buffer | undefined>>()
  private heldBytes = 0
  hits = 0
  misses = 0
  private maxBytes: number

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes
  }

  get size(): number {
    return this.entries.size
  }

  get sizeBytes(): number {
    return this.heldBytes
  }

  peek(digest: string): Buffer | undefined {
    const bytes = this.entries.get(digest)
    if (bytes) {
      this.entries.delete(digest)
      this.entries.set(digest, bytes)
    }
    return bytes
  }

  set(digest: string, bytes: Buffer): void {
    this.delete(digest)
    if (bytes.length > this.maxBytes) return
    this.entries.set(digest, bytes)
    this.heldBytes += bytes.length
    for (const oldest of this.entries.keys()) {
      if (this.heldBytes <= this.maxBytes) break
      this.delete(oldest)
    }
  }

  delete(digest: string): void {
    const bytes = this.entries.get(digest)
    if (!bytes) return
    this.heldBytes -= bytes.length
    this.entries.delete(digest)
  }

  /** What is held, or what `load` gives, asked once however many wait for it. */
  async get(digest: string, load: () => Promise<Buffer | undefined>): Promise<Buffer | undefined> {
    const held = this.peek(digest)
    if (held) {
      this.hits++
      return held
    }
    this.misses++
    let promise = this.loading.get(digest)
    if (!promise) {
      promise = load()
        .then((bytes) => {
          if (bytes) this.set(digest, bytes)
          return bytes
        })
        .finally(() => this.loading.delete(digest))
      this.loading.set(digest, promise)
    }
    return promise
  }
}
