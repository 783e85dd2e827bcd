/** Somebody who will not wait any longer is let go; what was waited for goes on, for others who want it. */
export async function untilAborted<Done>(job: Promise<Done>, signal: AbortSignal): Promise<Done> {
  const left = Promise.withResolvers<never>()
  const leave = () => left.reject(signal.reason)
  if (signal.aborted) leave()
  signal.addEventListener('abort', leave, { once: true })
  try {
    return await Promise.race([job, left.promise])
  } finally {
    signal.removeEventListener('abort', leave)
  }
}
