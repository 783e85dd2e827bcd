// Pieces of TypeScript, in the form that the formatter leaves alone.

export const generatedFrom =
  '// Generated from packages/registry/signals: `pnpm --filter @throughline/registry generate`.'

/** `throughline.task.id` is `taskId`; whatever is not ours keeps its first word. */
export function constantName(name: string): string {
  return name
    .replace(/^throughline\./, '')
    .replace(/[._ ]+(\w)/g, (_, letter: string) => letter.toUpperCase())
}

export function quoted(text: string): string {
  return text.includes("'") ? JSON.stringify(text) : `'${text}'`
}

export function comment(text: string, indent = ''): string {
  const lines = filled(text.split(' '), `${indent} * `)
  return lines.length === 1
    ? `${indent}/** ${text} */`
    : [`${indent}/**`, ...lines, `${indent} */`].join('\n')
}

/** `property: [1, 2],`, over as many lines as it takes. */
export function list(
  property: string,
  values: readonly (string | number)[],
  indent: string,
): string {
  const items = values.map(literal)
  const line = `${indent}${property}: [${items.join(', ')}],`
  if (line.length <= width) return line
  // The formatter fills lines with numbers alone.
  const ended = items.map((item) => `${item},`)
  const inner = `${indent}  `
  const lines = values.every((value) => typeof value === 'number')
    ? filled(ended, inner)
    : ended.map((item) => inner + item)
  return [`${indent}${property}: [`, ...lines, `${indent}],`].join('\n')
}

export const width = 100

function literal(value: string | number): string {
  if (typeof value === 'string') return quoted(value)
  const digits = String(value)
  return value < 1_000 ? digits : digits.replace(/\B(?=(\d{3})+$)/g, '_')
}

function filled(words: readonly string[], start: string): string[] {
  const lines: string[] = []
  for (const word of words) {
    const line = lines.at(-1)
    if (line !== undefined && line.length + 1 + word.length <= width)
      lines.push(`${lines.pop()} ${word}`)
    else lines.push(start + word)
  }
  return lines
}
