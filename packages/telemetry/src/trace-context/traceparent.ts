// W3C Trace Context, Level 2: the header `traceparent`. Strict, because what is let in here decides which trace a
// request belongs to.

export interface Traceparent {
  readonly traceId: string
  readonly spanId: string
  /** Only the bits that Level 2 defines: what the others may come to mean, we cannot promise to anyone. */
  readonly flags: number
}

export const sampledFlag = 0b01
/** The trace id is random enough for a later service to draw its sampling decision from it. */
export const randomTraceIdFlag = 0b10

const form = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/s
const zeros = /^0+$/
const maxLength = 512

/** A header sent twice arrives joined by a comma, and so is no traceparent. */
export function parseTraceparent(header: unknown): Traceparent | undefined {
  if (typeof header !== 'string' || header.length > maxLength) return undefined
  const [, version, traceId, spanId, flags, rest] = form.exec(header) ?? []
  if (!version || !traceId || !spanId || !flags) return undefined
  if (version === 'ff' || zeros.test(traceId) || zeros.test(spanId)) return undefined
  if (version !== '00') {
    // A later version may append fields. Of its flags we may read `sampled` alone.
    return { traceId, spanId, flags: Number.parseInt(flags, 16) & sampledFlag }
  }
  if (rest !== undefined) return undefined
  return { traceId, spanId, flags: Number.parseInt(flags, 16) & (sampledFlag | randomTraceIdFlag) }
}

/** Always in version 00, the highest that we know: `traceresponse` has the same form. */
export function formatTraceparent({ traceId, spanId, flags }: Traceparent): string {
  return `00-${traceId}-${spanId}-${flags.toString(16).padStart(2, '0')}`
}
