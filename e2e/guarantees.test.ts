// What docs/guarantees.md names as its proof is there.
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'

const root = new URL('../', import.meta.url)
const document = await readFile(new URL('docs/guarantees.md', root), 'utf8')
const proofs = [...document.matchAll(/^ +- \[`(.+?)`\]\(\.\.\/(.+?)\): (["'])(.+)\3$/gm)]

test.each(proofs.map(([, file = '', link, , name = '']) => ({ file, link, name })))(
  'docs/guarantees.md: $file has the test "$name"',
  async ({ file, link, name }) => {
    expect(link).toBe(file)
    const source = await readFile(new URL(file, root), 'utf8')
    const titles = [...source.matchAll(/^ *(?:test\(|test\.each\(.*\)\(|)(["'])(.*)\1,/gm)]
    expect(titles.map(([, , title]) => title)).toContain(name)
  },
)

test('docs/guarantees.md: every invariant has a proof, and every line of proof is read', () => {
  const invariants = document.split(/^\d+\. \*\*/m).filter((text) => text.includes('.test.ts`]'))
  expect(invariants.length).toBeGreaterThanOrEqual(14)
  const [, section = ''] = /## The invariants\n(.*?)\n## /s.exec(document) ?? []
  expect(section.match(/^\d+\. /gm)).toHaveLength(invariants.length)
  expect(section.match(/^ +- /gm)).toHaveLength(proofs.length)
})
