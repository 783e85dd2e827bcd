import { expect, test } from 'vitest'
import type { RecordedSpan, RecordedTrace } from '../recorder.ts'
import { checkTraces, type TracedTask } from './traces.ts'

const task: TracedTask = {
  ...{
    taskId: 'task',
    traceId: 'trace',
    state: 'completed',
    tokens: 12,
    fromMs: 1_000,
    toMs: 2_000,
  },
}
const root: RecordedSpan = { spanId: 'a', name: 'SubmitTask', isRemote: true, life: 'core.1' }
const run: RecordedSpan = {
  ...{ spanId: 'b', parentSpanId: 'a', name: 'run task', isRemote: false, life: 'worker-1.1' },
}
const node: RecordedSpan = { ...run, spanId: 'c', parentSpanId: 'b', name: 'run node' }
const call: RecordedSpan = {
  ...{ spanId: 'd', parentSpanId: 'c', name: 'StartTask', isRemote: true, life: 'core.1' },
}

function check(spans: readonly RecordedSpan[], killed: Record<string, number> = {}, tokens = 12) {
  const trace: RecordedTrace = { spans: [...spans], tokens, lastAt: 2_000 }
  const lives = Object.entries(killed).map(([id, killedAt]) => ({ id, startedAt: 0, killedAt }))
  return checkTraces([task], new Map([['trace', trace]]), lives)
}

test('a whole trace is whole', () => {
  expect(check([root, run, node, call])).toEqual({
    ...{ problems: [], orphans: 0, whole: 1, costsCompared: 1 },
  })
})

test('finds a span without its parent where nothing was killed', () => {
  expect(check([root, node]).problems).toEqual([expect.stringContaining('no span is an orphan')])
  expect(check([root, run, call]).problems).toEqual([expect.stringContaining('StartTask')])
})

test('forgives it where the process of the parent was killed, and only there', () => {
  expect(check([root, node], { 'worker-1.1': 1_500 })).toMatchObject({ problems: [], orphans: 1 })
  expect(check([root, node], { 'worker-2.1': 1_500 }).problems).toHaveLength(1)
  expect(check([root, run, call], { 'worker-9.1': 1_500 }).problems).toEqual([])
  expect(check([root, run, call], { 'worker-9.1': 9_000 }).problems).toHaveLength(1)
  expect(check([root, run, call], { 'core.1': 1_500 }).problems).toHaveLength(1)
})

test('finds a task that was charged for other calls than were made', () => {
  expect(check([root, run], {}, 11).problems).toEqual([
    'what is charged was used: task task 12, its calls 11',
  ])
})

test('finds a task without a trace', () => {
  expect(checkTraces([task], new Map(), []).problems).toHaveLength(1)
})
