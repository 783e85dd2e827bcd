// The members of a comma-separated header, as `tracestate` and `baggage` have them.

/** Trimmed of spaces and tabs and of nothing else; empty ones are permitted, and mean nothing. */
export function membersOf(list: string): string[] {
  return list
    .split(',')
    .map(trimmed)
    .filter((member) => member !== '')
}

/** A loop, since a regular expression for the blanks at the end takes time squared over a header full of them. */
function trimmed(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isBlank(text, start)) start += 1
  while (end > start && isBlank(text, end - 1)) end -= 1
  return text.slice(start, end)
}

function isBlank(text: string, index: number): boolean {
  return text[index] === ' ' || text[index] === '\t'
}
