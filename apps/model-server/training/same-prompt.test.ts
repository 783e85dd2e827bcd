// A small difference between the prompts of training and those of the app would ruin what the model says. So the tokens
// that the trainer made of its prompts are compared with what the engine makes of ours.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { startApp } from '../src/testing/running-app.ts'
import { makeDataset } from './dataset.ts'

const golden = z
  .object({
    every: z.int(),
    prompts: z.int(),
    sha256: z.string(),
    ids: z.record(z.string(), z.string()),
  })
  .parse(JSON.parse(readFileSync(new URL('./golden-tokens.json', import.meta.url), 'utf8')))

test('the server makes the same tokens of thousands of prompts as the trainer', async () => {
  const app = await startApp()
  onTestFinished(app.close)
  const { training } = makeDataset(1)
  const prompts = training.filter((_, index) => index % golden.every === 0)
  expect(prompts.length).toBe(golden.prompts)
  expect(prompts.length).toBeGreaterThan(3_000)

  const hash = createHash('sha256')
  const seen = new Set<string>()
  for (const { prompt } of prompts) {
    const messages = [{ role: 'user' as const, content: prompt }]
    const ids = await app.engine.call('tokenize', { messages })
    const expected = golden.ids[prompt]
    // Those that are written out say what differs; the hash says it of all.
    if (expected !== undefined) expect([prompt, ids.join(' ')]).toEqual([prompt, expected])
    if (expected !== undefined) seen.add(prompt)
    hash.update(`${JSON.stringify(ids)}\n`)
  }
  expect(seen.size).toBe(Object.keys(golden.ids).length)
  expect(hash.digest('hex')).toBe(golden.sha256)
})
