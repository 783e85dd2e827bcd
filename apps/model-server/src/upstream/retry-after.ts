import type { IncomingHttpHeaders } from 'node:http'

/** How long a refusal asks to wait, by OpenAI's `retry-after-ms` or by the standard header, in either of its forms. */
export function retryAfterMs(
  headers: IncomingHttpHeaders,
  now: number = Date.now(),
): number | undefined {
  const milliseconds = wholeNumber(headers['retry-after-ms'])
  if (milliseconds !== undefined) return milliseconds
  const after = headers['retry-after']
  const seconds = wholeNumber(after)
  if (seconds !== undefined) return seconds * 1_000
  // `Date.parse` makes a date of much that is none: of -5, for one.
  const date = Date.parse(/^[A-Z][a-z]{2}, /.test(after ?? '') ? `${after}` : '')
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}

function wholeNumber(text: string | string[] | undefined): number | undefined {
  return typeof text === 'string' && /^\d{1,9}$/.test(text) ? Number(text) : undefined
}

export function retryAfterSeconds(headers: IncomingHttpHeaders): number | undefined {
  const milliseconds = retryAfterMs(headers)
  return milliseconds === undefined ? undefined : Math.ceil(milliseconds / 1_000)
}
