// Captured files: what the collector's `file` exporter writes, and what it does not.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { Otlp } from '@throughline/trace-testing/receiver'
import { expect, onTestFinished, test } from 'vitest'
import { openCapture, readCapture } from './read-capture.ts'

/** In the form of that exporter: absent fields are left out, ids are hex, 64-bit integers are text. */
const traces =
  '{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}}]},' +
  '"scopeSpans":[{"scope":{"name":"shop-code"},"spans":[{"traceId":"0af7651916cd43dd8448eb211c80319c",' +
  '"spanId":"b7ad6b7169203331","parentSpanId":"","flags":257,"name":"take order","kind":1,' +
  '"startTimeUnixNano":"1700000000000000001","endTimeUnixNano":"1700000000000000009","status":{}}]}]}]}'
const logs = '{"resourceLogs":[]}'
const metrics = '{"resourceMetrics":[]}'

async function read(text: string) {
  const taken: Otlp[] = []
  const problems = await readCapture('a.jsonl', Readable.from([text]), (otlp) => taken.push(otlp))
  return { taken, problems: problems.map(({ message }) => message) }
}

test('takes each line, whatever signal is on it', async () => {
  const { taken, problems } = await read(`${traces}\n\n${logs}\r\n${metrics}`)
  expect(problems).toEqual([])
  expect(taken.map((otlp) => Object.keys(otlp))).toEqual([
    ['resourceSpans'],
    ['resourceLogs'],
    ['resourceMetrics'],
  ])
})

test('names the line that is cut off, wherever that is, and takes the others', async () => {
  for (let length = 1; length < traces.length; length++) {
    const { taken, problems } = await read(`${logs}\n${traces.slice(0, length)}\n${metrics}\n`)
    expect(taken).toHaveLength(2)
    expect(problems).toEqual(['a.jsonl:2: the line is cut off; each is to hold one whole export'])
  }
})

test.each([
  ['time,level\n', 'a.jsonl:1: is not JSON'],
  ['{"data":[]}\n', 'a.jsonl:1: is JSON and no OTLP: it has none of resourceSpans'],
  ['[]\n', 'a.jsonl:1: is JSON and no OTLP'],
  ['', 'a.jsonl: holds nothing'],
  ['\n\n', 'a.jsonl: holds nothing'],
])('says what is wrong with %j', async (text, problem) => {
  const { taken, problems } = await read(text)
  expect(taken).toEqual([])
  expect(problems).toEqual([expect.stringContaining(problem)])
})

test('says where OTLP has another shape than it should', async () => {
  const problems = await readCapture('a.jsonl', Readable.from(['{"resourceSpans":1}']), (otlp) => {
    for (const _ of otlp.resourceSpans ?? []);
  })
  expect(problems.map(({ message }) => message)).toEqual([
    expect.stringMatching(/^a\.jsonl:1: .*not iterable/),
  ])
})

test('gives up on a file of another kind after some lines', async () => {
  const { problems } = await read('no\n'.repeat(1_000))
  expect(problems).toHaveLength(5)
})

test('opens a file, and says when there is none', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'capture-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const path = join(folder, 'traces.jsonl')
  await expect(openCapture(path)).rejects.toThrow(`${path}: there is no such file`)
  await expect(openCapture(folder)).rejects.toThrow(`${folder}: is a folder`)
  await writeFile(path, traces)
  const taken: Otlp[] = []
  expect(await readCapture(path, await openCapture(path), (otlp) => taken.push(otlp))).toEqual([])
  expect(taken).toHaveLength(1)
})
