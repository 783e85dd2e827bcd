import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { loadPageFiles } from '../page-files.ts'

const mostBytes = 60_000

test('the whole page weighs little', async () => {
  const files = await loadPageFiles()
  const weights = [...files.values()].map(({ body }) => gzipSync(body).length)
  expect(files.has('/page/main.js')).toBe(true)
  expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeLessThan(mostBytes)
})

test('no file asks for another origin, and none makes markup out of text', async () => {
  for (const [path, { body }] of await loadPageFiles()) {
    const text = body.toString().replaceAll('http://www.w3.org/2000/svg', '')
    expect(text, path).not.toMatch(/https?:\/\/|\/\/cdn|innerHTML|outerHTML|insertAdjacentHTML/)
  }
})

test('every module that a module imports is served', async () => {
  const files = await loadPageFiles()
  for (const [path, { body }] of files) {
    if (!path.endsWith('.js')) continue
    for (const [, name] of body.toString().matchAll(/from '\.\/([^']+)'/g)) {
      expect(files.has(`/page/${name}`), `${path} imports ${name}`).toBe(true)
    }
  }
})
