export interface Stop {
  /** Aborted by the first SIGINT, SIGTERM or SIGHUP; later ones change nothing, as stopping is quick. */
  signal: AbortSignal
  /** Work to be done at the end; the last one registered goes first. */
  atEnd(work: () => Promise<void> | void): void
  finish(): Promise<void>
}

export function createStop(): Stop {
  const controller = new AbortController()
  const works: (() => Promise<void> | void)[] = []
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (!controller.signal.aborted) console.log('\n  stopping …')
      controller.abort()
    })
  }
  return {
    signal: controller.signal,
    atEnd: (work) => void works.push(work),
    async finish() {
      for (const work of works.splice(0).reverse()) await work()
    },
  }
}
