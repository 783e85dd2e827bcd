// Rolling from one version of a workflow to the next, while tasks of the one are under way.

import { checkpointKey } from '@throughline/contracts'
import type {} from '@throughline/embedded/vitest-setup'
import { afterAll, expect, inject, test } from 'vitest'
import { z } from 'zod'
import { noUsage } from '../cost/usage.ts'
import { collectLogs } from '../testing/collect-logs.ts'
import { makeAttempt } from '../testing/make-attempt.ts'
import { openRunner } from '../testing/run-alone.ts'
import { defineWorkflow } from '../workflows/define-workflow.ts'
import type { Migrate, Workflow } from '../workflows/workflow.ts'
import type { Attempt } from './attempt.ts'

const runner = openRunner(inject('redisUrl'))
const { checkpoints, redis } = runner
const { logger, lines } = collectLogs()
afterAll(() => runner[Symbol.dispose]())

const output = z.object({ cents: z.int() })
const ran: string[] = []

const settings = { name: 'prices', timeoutMs: 60_000, input: z.int(), result: output }

/** Dollars, and a crash before it has a result. */
const first = defineWorkflow({ ...settings, version: 1 })
  .tool('read', {
    after: ['input'],
    output: z.int(),
    run: ({ input }) => note('read 1', input),
  })
  .tool('crash', { after: ['read'], output, run: () => Promise.reject(new Error('crash')) })
  .result('crash')

function second(migrate?: Migrate): Workflow {
  return defineWorkflow({ ...settings, version: 2, migrate })
    .tool('read', {
      after: ['input'],
      output,
      run: ({ input }) => note('read 2', { cents: input * 100 }),
    })
    .tool('write', { after: ['read'], output, run: ({ outputs }) => note('write 2', outputs.read) })
    .result('write')
}

function note<Value>(step: string, value: Value): Value {
  ran.push(step)
  return value
}

function run(workflow: Workflow, attempt: Attempt): Promise<unknown> {
  return runner.run(workflow, 7, attempt)
}

/** A task whose first attempt has crashed in version 1. */
async function crashedTask(): Promise<Attempt> {
  const attempt = makeAttempt({ logger })
  await expect(run(first, attempt)).rejects.toMatchObject({ code: 'internal' })
  ran.length = 0
  lines.length = 0
  return attempt
}

const next = ({ taskId }: Attempt, attempt: number) => makeAttempt({ taskId, attempt, logger })

test('a newer version migrates what an older one has finished', async () => {
  const attempt = await crashedTask()
  const migrate: Migrate = ({ version, outputs }) =>
    version === 1 ? { read: { cents: Number(outputs.read) * 100 } } : undefined
  expect(await run(second(migrate), next(attempt, 2))).toEqual({ cents: 700 })
  expect(ran).toEqual(['write 2'])
  // What was migrated is of this version from the first save on.
  expect(await checkpoints.open(next(attempt, 3))).toMatchObject({
    version: 2,
    outputs: { read: { cents: 700 }, write: { cents: 700 } },
  })
})

test('a newer version that cannot migrate says so, and begins again', async () => {
  const attempt = await crashedTask()
  expect(await run(second(), next(attempt, 2))).toEqual({ cents: 700 })
  expect(ran).toEqual(['read 2', 'write 2'])
  expect(lines).toMatchObject([{ msg: 'checkpoint of another version ignored', version: 1 }])
  expect(await redis.hkeys(checkpointKey(attempt.taskId))).toEqual(
    expect.not.arrayContaining(['step:crash']),
  )
})

test('what a migration gets wrong runs again, with all that came after it', async () => {
  const attempt = await crashedTask()
  const migrate: Migrate = () => ({ read: { dollars: 7 }, write: { cents: 1 } })
  expect(await run(second(migrate), next(attempt, 2))).toEqual({ cents: 700 })
  expect(ran).toEqual(['read 2', 'write 2'])
})

test('an older version hands the task back and leaves the checkpoint of the newer one alone', async () => {
  const attempt = makeAttempt({ logger })
  await run(second(), attempt)
  const older = run(first, next(attempt, 2))
  await expect(older).rejects.toMatchObject({ code: 'checkpoint_newer', consequence: 'release' })
  ran.length = 0
  expect(await run(second(), next(attempt, 3))).toEqual({ cents: 700 })
  expect(ran).toEqual([])
})

test('a task that only a newer version could go on with ends when its time is over', async () => {
  const attempt = makeAttempt({ logger })
  await run(second(), attempt)
  const unreported = { attempt: 1, usage: { ...noUsage, inputTokens: 5 } }
  const about = { workflow: settings.name, version: 2, outputs: {} }
  await checkpoints.save(attempt, { ...about, unreported })
  const started = { runningMs: settings.timeoutMs, firstUnreportedAttempt: 1 }
  const late = makeAttempt({ taskId: attempt.taskId, attempt: 2, logger, started })
  await expect(run(first, late)).rejects.toMatchObject({ code: 'timed_out', consequence: 'fail' })
  expect(late.spending.used()).toMatchObject({ inputTokens: 5 })
})

test('a checkpoint of another workflow is none', async () => {
  const attempt = await crashedTask()
  const other = { ...second(), name: 'other' }
  expect(await run(other, next(attempt, 2))).toEqual({ cents: 700 })
  expect(ran).toEqual(['read 2', 'write 2'])
})
