// W3C Trace Context, section 3.2: strict, because what is let in here decides which trace a request belongs to.

export interface Traceparent {
  readonly traceId: string
  readonly spanId: string
  readonly flags: string
}

const form = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/
const zeros = /^0+$/

/** A header sent twice arrives joined by a comma, and so is refused as the specification asks. */
export function parseTraceparent(header: unknown): Traceparent | undefined {
  if (typeof header !== 'string' || header.length > 512) return undefined
  const [, version, traceId, spanId, flags, rest] = form.exec(header) ?? []
  if (!version || !traceId || !spanId || !flags) return undefined
  if (version === 'ff' || zeros.test(traceId) || zeros.test(spanId)) return undefined
  // A later version may append fields, which we then read as version 00.
  if (version === '00' && rest !== undefined) return undefined
  return { traceId, spanId, flags }
}

export function formatTraceparent({ traceId, spanId, flags }: Traceparent): string {
  return `00-${traceId}-${spanId}-${flags}`
}
