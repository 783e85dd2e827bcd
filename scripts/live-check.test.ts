// `npm run live-check` as a process: what it prints, and how it ends.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startOtlpServer } from '@throughline/trace-testing/receiver'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'

const script = new URL('live-check.ts', import.meta.url).pathname
let folder: string
let good: string
let bad: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'live-check-'))
  good = join(folder, 'good.jsonl')
  bad = join(folder, 'bad.jsonl')
  writeFileSync(good, `${JSON.stringify(shoppers('{shopper}'))}\n`)
  writeFileSync(bad, `${JSON.stringify(shoppers('1'))}\n`)
})
afterAll(() => rmSync(folder, { recursive: true }))

function shoppers(unit: string) {
  const resource = {
    attributes: [{ key: 'service.name', value: { stringValue: 'traffic' } }],
  }
  const sum = { dataPoints: [{ asInt: '1' }], aggregationTemporality: 2 }
  const metrics = [{ name: 'throughline.shop.shoppers', unit, sum }]
  const scopeMetrics = [{ scope: { name: 'throughline' }, metrics }]
  return { resourceMetrics: [{ resource, scopeMetrics }] }
}

function start(...args: string[]) {
  const child = spawn(process.execPath, ['-C', '@throughline/source', script, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  return { child, output: () => output, ended: once(child, 'close').then(([code]) => code) }
}

async function run(...args: string[]) {
  const { ended, output } = start(...args)
  return { code: await ended, output: output() }
}

test('ends with 0 when everything in a capture is as declared', async () => {
  expect(await run(good)).toEqual({
    code: 0,
    output: '\n0 findings in 0 spans, 1 metric export, 0 log records of traffic.\n',
  })
})

test('ends with 1 when something is found, and names the emitter', async () => {
  const { code, output } = await run(good, bad)
  expect(code).toBe(1)
  expect(output).toContain(
    `
traffic
  throughline
    metric throughline.shop.shoppers
      ✗ its unit is 1, and declared as {shopper} (once)
        correct the unit where the instrument is made, or at shop.yaml:`,
  )
})

test('finds what is declared and was not seen, when asked to', async () => {
  const { code, output } = await run('--complete', good)
  expect(code).toBe(1)
  expect(output).toContain('span.throughline.shop_search was not seen from traffic (declared at')
  expect(output).not.toContain('metric.throughline.shop.shoppers')
})

test('receives until Ctrl-C, and captures what comes', async () => {
  const saved = join(folder, 'saved.jsonl')
  const { child, output, ended } = start('--listen', '0', '--save', saved)
  await expect.poll(output).toContain('Listening on')
  const [url] = /http:\S+\d/.exec(output()) ?? []
  const headers = { 'content-type': 'application/json' }
  const sent = JSON.stringify(shoppers('1'))
  const response = await fetch(`${url}/v1/metrics`, { method: 'POST', headers, body: sent })
  expect(response.status).toBe(200)
  child.kill('SIGINT')
  expect(await ended).toBe(1)
  expect(output()).toContain('1 finding in 0 spans, 1 metric export')
  expect(readFileSync(saved, 'utf8')).toBe(`${sent}\n`)
})

test('receives for a time, and that nothing came is no success', async () => {
  const { code, output } = await run('--listen', '0', '--grpc', '0', '--for', '100ms')
  expect(code).toBe(1)
  expect(output).toContain('Nothing came, and so nothing was checked.')
})

test('ends with 2 when the port is taken', async () => {
  const other = await startOtlpServer(() => undefined)
  onTestFinished(() => other.stop())
  const { port } = new URL(other.url)
  expect(await run('--listen', port)).toEqual({
    code: 2,
    output: `Port ${port} is taken: something else listens there. Choose another one.\n`,
  })
})

test.each([
  [[], 'Nothing to check: name captured files, or --listen'],
  [['--listen', '70000'], '--listen 70000 is no port'],
  [['--listen', '--for', '3'], '--for 3 is no time'],
  [['--fro'], "Unknown option '--fro'"],
  [['nowhere.jsonl'], 'nowhere.jsonl: there is no such file'],
  [[import.meta.filename], 'live-check.test.ts:1: is not JSON'],
])('ends with 2 for %j', async (args, sentence) => {
  const { code, output } = await run(...args)
  expect(code).toBe(2)
  expect(output).toContain(sentence)
  expect(output).not.toContain('    at ')
})
