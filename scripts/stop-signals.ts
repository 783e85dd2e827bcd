export interface StopSignals {
  /** Aborted when somebody asks for the end. */
  readonly asked: AbortSignal
  /** Settles then. */
  readonly stop: Promise<void>
  /** Settles when somebody asks again. */
  readonly hurry: Promise<void>
}

/** One Ctrl-C arrives twice, from the terminal and from npm; people do not press that fast. */
const onePressMs = 400

export function stopSignals(): StopSignals {
  const asked = new AbortController()
  const stop = Promise.withResolvers<void>()
  const hurry = Promise.withResolvers<void>()
  let firstAt: number | undefined
  // SIGHUP is the terminal's window being closed.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      firstAt ??= performance.now()
      stop.resolve()
      asked.abort()
      if (performance.now() - firstAt > onePressMs) hurry.resolve()
    })
  }
  return { asked: asked.signal, stop: stop.promise, hurry: hurry.promise }
}
