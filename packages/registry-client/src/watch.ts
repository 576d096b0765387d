/** Ends an exchange when the peer is silent for too long or when the caller gives up. */
export interface Watch {
  readonly signal: AbortSignal
  /** Waits for `promise` while the time runs; rejects on silence and on the caller's abort even if `promise` never settles. */
  wait<T>(promise: Promise<T>): Promise<T>
  pause(): void
  /** Starts the time anew, when someone is waiting. */
  resume(): void
  /** The longest silence from now on. */
  allow(timeoutMs: number): void
  /** Lets go of timer and listener. */
  end(): void
  timedOut(): boolean
  userAborted(): boolean
  userReason(): unknown
}

export function createWatch(silenceMs: number, userSignal: AbortSignal | undefined): Watch {
  let timeoutMs = silenceMs
  const controller = new AbortController()
  let timer: NodeJS.Timeout | undefined
  let waiting = false
  let timedOut = false
  const onUserAbort = () => controller.abort(userSignal?.reason)
  if (userSignal?.aborted) onUserAbort()
  else userSignal?.addEventListener('abort', onUserAbort, { once: true })

  const pause = () => clearTimeout(timer)
  const resume = () => {
    clearTimeout(timer)
    if (!waiting) return
    timer = setTimeout(() => {
      timedOut = true
      controller.abort(new Error(`no progress for ${timeoutMs} ms`))
    }, timeoutMs)
  }

  return {
    signal: controller.signal,
    async wait(promise) {
      waiting = true
      resume()
      const { promise: aborted, reject } = Promise.withResolvers<never>()
      const onAbort = () => reject(controller.signal.reason)
      controller.signal.addEventListener('abort', onAbort, { once: true })
      if (controller.signal.aborted) onAbort()
      try {
        return await Promise.race([promise, aborted])
      } finally {
        waiting = false
        pause()
        controller.signal.removeEventListener('abort', onAbort)
      }
    },
    pause,
    resume,
    allow(longerMs) {
      timeoutMs = longerMs
      resume()
    },
    end() {
      pause()
      userSignal?.removeEventListener('abort', onUserAbort)
    },
    timedOut: () => timedOut,
    userAborted: () => userSignal?.aborted === true && !timedOut,
    userReason: () => userSignal?.reason,
  }
}
