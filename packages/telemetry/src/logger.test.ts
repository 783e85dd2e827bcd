import { beforeAll, expect, test } from 'vitest'
import { type Recording, recordScript } from '../fixtures/record-script.ts'

let recording: Recording
let lines: { msg: string; err: { stack: string } }[]

beforeAll(async () => {
  recording = await recordScript('failures')
  lines = recording.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
})

test('an error without a text is told in its own words, but for what they quote', () => {
  const { received, stdout } = recording
  const words = 'invalid input syntax for type uuid: "…"'
  const texts = [
    ...['no such task', words, words],
    ...['no such offer', 'no error was thrown', 'for nobody', 'nobody answers'],
  ]
  expect(lines.map(({ msg }) => msg)).toEqual(texts)
  expect(received.logs.map(({ body }) => body)).toEqual(texts)
  expect(stdout).not.toContain('private')
  expect(JSON.stringify(received.requests)).not.toContain('private')
})

test('why an error came about is told with its stack, in the line and in the record', () => {
  const stack = lines.at(-1)?.err.stack
  expect(stack?.split('\n').filter((line) => !/^ +at /.test(line))).toEqual([
    'TypeError: fetch failed',
    '  [cause]: AggregateError [ECONNREFUSED]: connect ECONNREFUSED ::1:5432; for "…"',
    '    [error]: Error: connect ECONNREFUSED ::1:5432',
    '    [error]: Error: for "…"',
  ])
  expect(recording.received.logs.at(-1)?.attributes).toMatchObject({
    'exception.type': 'TypeError',
    'exception.message': 'fetch failed',
    'exception.stacktrace': stack,
  })
})
