// Properties: whatever is reported, how often and in which order, every amount is counted exactly once.
import { TaskState, type Usage } from '@throughline/contracts'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTaskServer, type TaskServer } from '../testing/task-server.ts'

let core: TaskServer
beforeAll(async () => {
  core = await startTaskServer()
})
afterAll(() => core.stop())

const amount = fc.nat({ max: 1_000_000 })
const usage: fc.Arbitrary<Usage> = fc.record({
  ...{ inputTokens: amount, outputTokens: amount },
  ...{ costNanoUsd: amount, unpricedCalls: amount },
})
const reportKinds = ['complete', 'fail', 'fail for good', 'release'] as const
const report = fc.record({
  kind: fc.constantFrom(...reportKinds),
  /** 0 is the newest attempt, 1 the one before it. */
  age: fc.constantFrom(0, 0, 0, 1, 2),
  usage,
})
/** What the checkpoint of a task that has ended says. */
const leaving = fc.record({ kind: fc.constant('leave'), age: fc.constantFrom(0, 1), usage })
const others = fc.record({ kind: fc.constantFrom('start', 'start', 'start', 'cancel', 'retry') })
const steps = fc.array(fc.oneof(report, leaving, others), { minLength: 1, maxLength: 16 })

type Step = typeof steps extends fc.Arbitrary<(infer One)[]> ? One : never
type Report = typeof report | typeof leaving extends fc.Arbitrary<infer One> ? One : never

const isReport = (step: Step): step is Report => 'usage' in step

/** A refusal is an answer like any other here. */
async function take(taskId: string, step: Step, newest: number): Promise<void> {
  const attempt = attemptOf(step, newest)
  const calls: Record<Step['kind'], () => Promise<unknown>> = {
    start: () => core.start(taskId),
    cancel: () => core.tasks.cancelTask({ taskId }),
    retry: () => core.tasks.retryTask({ taskId }),
    complete: () => core.complete(taskId, attempt, usageOf(step)),
    fail: () => core.fail(taskId, attempt, true, usageOf(step)),
    'fail for good': () => core.fail(taskId, attempt, false, usageOf(step)),
    release: () => core.release(taskId, attempt, usageOf(step)),
    leave: () => core.reportUsage(taskId, attempt, usageOf(step)),
  }
  await Promise.allSettled([calls[step.kind]()])
}

const attemptOf = (step: Step, newest: number) =>
  isReport(step) ? Math.max(1, newest - step.age) : 0
const usageOf = (step: Step) => (isReport(step) ? step.usage : undefined)
const columns = ['inputTokens', 'outputTokens', 'costNanoUsd', 'unpricedCalls'] as const

function sum(rows: readonly Record<(typeof columns)[number], bigint | number>[]) {
  const total = (column: (typeof columns)[number]) =>
    rows.reduce((so, row) => so + Number(row[column]), 0)
  return Object.fromEntries(columns.map((column) => [column, total(column)]))
}

async function expectSoundBooks(taskId: string, daysBefore: ReturnType<typeof sum>) {
  const task = await core.database.task.findUniqueOrThrow({ where: { id: taskId } })
  const attempts = await core.attempts(taskId)
  expect(sum(attempts)).toEqual(sum([task]))
  const days = sum(await core.database.tenantDay.findMany())
  for (const column of columns) {
    expect((days[column] ?? 0) - (daysBefore[column] ?? 0)).toBe(Number(task[column]))
  }
  expect(await core.results(taskId)).toHaveLength(task.state === 'completed' ? 1 : 0)
  return sum([task])
}

test('counts an attempt once, by its first report while it is the newest, or by what it left', {
  timeout: 60_000,
}, async () => {
  const property = fc.asyncProperty(steps, async (sequence) => {
    const before = sum(await core.database.tenantDay.findMany())
    const taskId = await core.submitNoop()
    const reported = new Set<number>()
    const counted: Usage[] = []
    for (const step of sequence) {
      const { state = TaskState.QUEUED, attempt: newest = 0 } = (await core.get(taskId)) ?? {}
      if (isReport(step) && newest > 0 && isCounted(step, { state, newest, reported })) {
        counted.push(step.usage)
        reported.add(newest)
      }
      await take(taskId, step, newest)
    }
    expect(await expectSoundBooks(taskId, before)).toEqual(sum(counted))
  })
  await fc.assert(property, { numRuns: 25 })
})

interface Books {
  readonly state: TaskState
  readonly newest: number
  readonly reported: ReadonlySet<number>
}

function isCounted(step: Report, { state, newest, reported }: Books): boolean {
  // A task that waits to be retried has no attempt that could still report.
  if (state === TaskState.QUEUED) return false
  const attempt = attemptOf(step, newest)
  if (step.kind !== 'leave') return attempt === newest && !reported.has(newest)
  return state !== TaskState.RUNNING && [...reported].every((one) => one < attempt)
}

test('counts no attempt twice, whatever arrives at once', { timeout: 60_000 }, async () => {
  const property = fc.asyncProperty(fc.array(steps, { maxLength: 4 }), async (bursts) => {
    const before = sum(await core.database.tenantDay.findMany())
    const taskId = await core.submitNoop()
    await core.start(taskId)
    for (const burst of bursts) {
      const newest = (await core.get(taskId))?.attempt ?? 0
      await Promise.all(burst.map((step) => take(taskId, step, newest)))
    }
    const reported = bursts.flat().filter(isReport)
    await expectSoundBooks(taskId, before)
    for (const attempt of await core.attempts(taskId)) {
      if (attempt.reportedAt === null) expect(sum([attempt])).toEqual(sum([]))
      else expect(reported.map((one) => sum([one.usage]))).toContainEqual(sum([attempt]))
    }
  })
  await fc.assert(property, { numRuns: 15 })
})
