// Draws a tree of lines: box-drawing in front, cells in columns. Reads them back as well, so that a drawing in a file
// can be an expectation.

/** Cells of one line: name, kind, service, then facts. No cell is empty or holds two spaces in a row. */
export type Cells = readonly string[]

export interface LineNode {
  /** One line; in a comparison two, when expected and actual differ. */
  readonly lines: readonly { readonly mark?: string; readonly cells: Cells }[]
  readonly children: readonly LineNode[]
}

interface Line {
  readonly mark: string
  readonly label: string
  readonly rest: Cells
}

const columnGap = '  '

export function layOut(roots: readonly LineNode[]): string {
  const lines: Line[] = []
  for (const root of roots) draw(root, '', '', lines)
  const columns = [0, 1].map((column) => longest(lines.map(({ rest }) => rest[column] ?? '')))
  const label = longest(lines.map((line) => line.label))
  return lines
    .map((line) => {
      const rest = line.rest.map((cell, column) => cell.padEnd(columns[column] ?? 0))
      return (line.mark + [line.label.padEnd(label), ...rest].join(columnGap)).trimEnd()
    })
    .join('\n')
}

function draw(node: LineNode, connector: string, guides: string, into: Line[]): void {
  for (const { mark = '', cells } of node.lines) {
    const [name = '', ...rest] = cells
    into.push({ mark, label: connector + name, rest })
  }
  for (const [index, child] of node.children.entries()) {
    const last = index === node.children.length - 1
    draw(child, guides + (last ? '└ ' : '├ '), guides + (last ? '  ' : '│ '), into)
  }
}

function longest(texts: readonly string[]): number {
  return texts.reduce((length, text) => Math.max(length, text.length), 0)
}

export interface ReadNode {
  readonly cells: Cells
  readonly children: readonly ReadNode[]
}

/** The inverse of `layOut`. Indentation of the whole and empty lines do not matter. */
export function readLayout(text: string): ReadNode[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const margin = Math.min(...lines.map((line) => line.search(/\S/)))
  const roots: ReadNode[] = []
  const path: { cells: Cells; children: ReadNode[] }[] = []
  for (const line of lines) {
    const [, guides = '', content = ''] = /^((?:[│├└ ] )*)(.*)$/.exec(line.slice(margin)) ?? []
    const depth = guides.length / 2
    if (depth > path.length || (depth > 0 && !/[├└] $/.test(guides))) {
      throw new Error(`Not a tree: this line hangs from no line above it:\n${line}`)
    }
    const node = { cells: content.trim().split(/ {2,}/), children: [] }
    path.length = depth
    ;(path.at(-1)?.children ?? roots).push(node)
    path.push(node)
  }
  return roots
}
