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
    startedMs: 1_200,
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

function check(
  spans: readonly RecordedSpan[],
  killed: Record<string, number> = {},
  { tokens = 12, servedTokens = 12 } = {},
) {
  const trace: RecordedTrace = { spans: [...spans], tokens, servedTokens, lastAt: 2_000 }
  const lives = Object.entries(killed).map(([id, killedAt]) => ({ id, startedAt: 0, killedAt }))
  return checkTraces([task], new Map([['trace', trace]]), lives)
}

test('a whole trace is whole', () => {
  expect(check([root, run, node, call])).toEqual({
    ...{ problems: [], orphans: 0, whole: 1, costsCompared: 1, costsForgiven: 0 },
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

test('forgives a task that was committed after the kill of who had asked for it', () => {
  const add = { ...call, parentSpanId: 'lost', name: 'add throughline-tasks.noop' }
  expect(check([root, run, add], { 'core.0': 990 }).problems).toEqual([])
  expect(check([root, run, add], { 'core.0': -9_000 }).problems).toHaveLength(1)
})

test('finds a task that was charged for other calls than were made', () => {
  expect(check([root, run], {}, { tokens: 11 }).problems).toEqual([
    'what is charged was used: task task 12, its calls 11',
  ])
})

test.each(['worker-1.1', 'core.1', 'redis.1', 'postgres.1'])(
  'finds a task that was charged twice though %s was killed meanwhile',
  (life) => {
    const { problems } = check([root, run], { [life]: 1_500 }, { tokens: 6, servedTokens: 6 })
    expect(problems).toEqual(['nothing is charged twice: task task 12, the model server 6'])
  },
)

test('accepts that a killed worker has used more than was charged', () => {
  const { problems, costsCompared } = check([root], { 'worker-1.1': 1_500 }, { servedTokens: 24 })
  expect({ problems, costsCompared }).toEqual({ problems: [], costsCompared: 1 })
})

test('forgives what a killed model server did not live to say, and only while it was killed', () => {
  const said = { servedTokens: 0 }
  expect(check([root, run], { 'model-server.1': 1_500 }, said)).toMatchObject({
    ...{ problems: [], costsCompared: 0, costsForgiven: 1 },
  })
  expect(check([root, run], { 'model-server.1': 9_000 }, said).problems).toHaveLength(1)
  expect(check([root, run], { 'model-server.1': 1_100 }, said).problems).toHaveLength(1)
})

test('finds a task without a trace', () => {
  expect(checkTraces([task], new Map(), []).problems).toHaveLength(1)
})
