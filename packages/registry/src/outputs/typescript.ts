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
export function numbers(property: string, values: readonly number[], indent: string): string {
  const line = `${indent}${property}: [${values.map(literal).join(', ')}],`
  if (line.length <= width) return line
  const items = filled(
    values.map((value) => `${literal(value)},`),
    `${indent}  `,
  )
  return [`${indent}${property}: [`, ...items, `${indent}],`].join('\n')
}

export const width = 100

function literal(value: number): string {
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
