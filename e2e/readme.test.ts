import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { readmePath, readmeWithTree } from './readme-tree.ts'

test('the README shows the tree that the negotiation test asserts', async () => {
  const readme = await readFile(readmePath, 'utf8')
  const hint = 'out of date: pnpm --filter @throughline/e2e generate:readme'
  expect(readme, hint).toBe(await readmeWithTree())
})
