// The tree in the project's README: the one that the negotiation test asserts, without attributes and events.
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { layOut, type ReadNode, readLayout } from '@throughline/trace-testing'

export const readmePath = fileURLToPath(new URL('../README.md', import.meta.url))

const opening = '<!-- tree:negotiation -->\n'
const closing = '<!-- /tree:negotiation -->'

/** The README as it should be. */
export async function readmeWithTree(): Promise<string> {
  const markdown = await readFile(readmePath, 'utf8')
  const tree = await readFile(new URL('trees/negotiation.txt', import.meta.url), 'utf8')
  const start = markdown.indexOf(opening)
  const end = markdown.indexOf(closing)
  if (start === -1 || end < start) throw new Error(`README.md has no block ${opening.trim()}`)
  const block = `\n\`\`\`\n${layOut(readLayout(tree).map(outlineOf))}\n\`\`\`\n\n`
  return markdown.slice(0, start + opening.length) + block + markdown.slice(end)
}

function outlineOf({ cells, children }: ReadNode): Parameters<typeof layOut>[0][number] {
  const kept = cells.filter((cell) => !/^([\w.]+=|\* )/.test(cell))
  return { lines: [{ cells: kept }], children: children.map(outlineOf) }
}
