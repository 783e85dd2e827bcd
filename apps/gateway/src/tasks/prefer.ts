// The `wait` preference of RFC 7240: how many seconds the caller would rather wait than poll.

/** Undefined when no usable preference was given; the first one counts, whatever follows it. */
export function preferredWaitSeconds(header: string | string[] | undefined): number | undefined {
  if (header === undefined) return undefined
  for (const preference of [header].flat().join(',').split(',')) {
    // What follows a semicolon are parameters, of which `wait` has none.
    const match = /^\s*wait\s*=\s*"?(\d{1,9})"?\s*(;|$)/i.exec(preference)
    if (match) return Number(match[1])
  }
  return undefined
}
