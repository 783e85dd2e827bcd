import { expect, test } from 'vitest'
import { judge } from './aims.ts'
import { report } from './report.ts'

test('judges by the share that each round lost, and says nothing of what was not measured', () => {
  const sample = (tokens: number, firstTokenMs: number) => ({
    ...{ 'tokensPerSecond 16': tokens, 'firstTokenMs 1': firstTokenMs },
  })
  const results = new Map([
    ['engine', [sample(1_000, 3), sample(500, 6)]],
    ['server off', [sample(960, 5), sample(480, 8)]],
    ['server ours', [sample(940, 5.1), sample(470, 8.2)]],
  ])
  expect(judge(results)).toMatchObject([
    { measured: '4.0 %', met: true },
    { measured: '6.0 %', met: false },
    { measured: '2.00 ms', met: true },
    { measured: '2.15 ms', met: false },
  ])
})

test('what a server does not tell is left open, and what was not there has no column', () => {
  const told = { 'waitedMs 1': 0.5, 'tokensPerSecond 1': 900 }
  const results = new Map([
    ['engine', [told, { ...told, 'tokensPerSecond 1': 1_000 }]],
    ['llama-cpp-python', [{ 'waitedMs 1': Number.NaN, 'tokensPerSecond 1': 300 }]],
  ])
  const text = report(results)
  expect(text).toMatch(/^\| {2,}\| engine alone +\| llama-cpp-python +\|$/m)
  expect(text).toMatch(/^\| Tokens a second, 1 client +\| 950 \(925–975\) +\| 300 +\|$/m)
  expect(text).toMatch(/^\| Waiting for a slot, p50, ms, 1 client +\| 0.5 \(0.5–0.5\) +\| +\|$/m)
  expect(text).not.toContain('Negotiation')
})
