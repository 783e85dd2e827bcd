// Tables of Markdown.

export type Row = readonly string[]

export function table(columns: Row, rows: readonly Row[]): string {
  return [columns, columns.map(() => '---'), ...rows].map(line).join('\n')
}

export function code(text: string): string {
  return `\`${text}\``
}

export function list(items: readonly string[]): string {
  return items.join(', ')
}

function line(cells: Row): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}
