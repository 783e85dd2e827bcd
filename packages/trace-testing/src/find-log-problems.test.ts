import { expect, test } from 'vitest'
import { findLogProblems, readLogLines } from './find-log-problems.ts'
import type { TraceLog } from './trace.ts'
import { orderTrace } from './trace-fixture.ts'

const line = JSON.stringify({ trace_id: 'trace-1', span_id: 'span-1', msg: 'order taken' })
const record: TraceLog = {
  spanId: 'span-1',
  service: 'shop',
  timeNanos: 0n,
  severity: 'info',
  body: 'order taken',
  attributes: {},
}
const problems = (logs: readonly TraceLog[], output: string) =>
  findLogProblems({ ...orderTrace, logs }, readLogLines('shop', output))

test('finds nothing when each line arrived once', () => {
  expect(problems([record, record], `${line}\n${line}\n`)).toEqual([])
})

test.each<[string, readonly TraceLog[], string, string]>([
  ['a line that did not arrive', [], line, 'no record of it arrived'],
  ['a line that arrived twice', [record, record], line, '1 × "order taken" arrived'],
  ['a record of another service', [{ ...record, service: 'till' }], line, 'no record of it'],
  ['a line without a trace', [], '{"msg":"hello"}', '"hello" with no trace id'],
  ['a line of another trace', [], '{"msg":"hello","trace_id":"t"}', 'the id of another trace'],
  ['a line that is no JSON', [], 'Segmentation fault', '"Segmentation fault" with no trace id'],
  ['a line that is JSON, but no record', [], '42', '"42" with no trace id'],
  ['a record under an unknown span', [{ ...record, spanId: 'x' }], '', 'under x, which is not in'],
  ['a record under no span', [{ ...record, spanId: '' }], '', 'under no span'],
])('finds %s', (_, logs, output, problem) => {
  expect(problems(logs, output).join('\n')).toContain(problem)
})
