import type {} from '@throughline/embedded/vitest-setup'
import { afterAll, expect, inject, test, vi } from 'vitest'
import { z } from 'zod'
import type { StopReason, TaskError } from '../errors.ts'
import { makeAttempt } from '../testing/make-attempt.ts'
import { openRunner } from '../testing/run-alone.ts'
import { defineWorkflow } from '../workflows/define-workflow.ts'

const { run, checkpoints, [Symbol.dispose]: close } = openRunner(inject('redisUrl'))
afterAll(close)

const output = z.int()
const after = ['input'] as const
const define = ({ timeoutMs = 60_000 } = {}) =>
  defineWorkflow({ name: 'test', version: 1, timeoutMs, input: output, result: output })

/** Ends when it is told to, with whatever a library throws then. */
function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('aborted')))
  })
}

test.each<[string, StopReason]>([
  ['its lease is lost', 'lease_lost'],
  ['its task is cancelled', 'cancelled'],
  ['its worker drains', 'draining'],
])('stops within a node when %s', async (_, reason) => {
  const stop = new AbortController()
  const next = vi.fn(() => 1)
  const workflow = define()
    .tool('first', {
      after,
      output,
      run: ({ signal }) => {
        queueMicrotask(() => stop.abort(reason))
        return untilAborted(signal)
      },
    })
    .tool('next', { after: ['first'], output, run: next })
    .result('next')
  const running = run(workflow, 1, makeAttempt({ signal: stop.signal }))
  await expect(running).rejects.toMatchObject({ code: reason })
  expect(next).not.toHaveBeenCalled()
})

test('an attempt that was overtaken stops at its next save', async () => {
  const attempt = makeAttempt()
  const next = vi.fn(() => 1)
  const workflow = define()
    .tool('first', {
      after,
      output,
      run: async () => {
        await checkpoints.open({ ...attempt, attempt: 2 })
        return 1
      },
    })
    .tool('next', { after: ['first'], output, run: next })
    .result('next')
  await expect(run(workflow, 1, attempt)).rejects.toMatchObject({ code: 'lease_lost' })
  expect(next).not.toHaveBeenCalled()
})

test('the time of a task is that of all its attempts', async () => {
  const tool = vi.fn(({ signal }: { signal: AbortSignal }) => untilAborted(signal))
  const workflow = define({ timeoutMs: 1_000 })
    .tool('slow', { after, output, run: tool })
    .result('slow')
  const late = makeAttempt({ attempt: 2, started: { runningMs: 970 } })
  await expect(run(workflow, 1, late)).rejects.toMatchObject({
    code: 'timed_out',
    consequence: 'fail',
  })
  expect(tool).toHaveBeenCalledTimes(1)

  const tooLate = makeAttempt({ attempt: 2, started: { runningMs: 1_000 } })
  await expect(run(workflow, 1, tooLate)).rejects.toMatchObject({ code: 'timed_out' })
  expect(tool).toHaveBeenCalledTimes(1)
})

test('an output of another form than the node promises fails it, and is not quoted', async () => {
  const lie = () => 'a secret' as unknown as number
  const workflow = define().tool('only', { after, output, run: lie }).result('only')
  const error = await run(workflow, 1, makeAttempt()).catch((err: TaskError) => err)
  expect(error).toMatchObject({
    code: 'internal',
    cause: new Error('output of only: invalid_type'),
  })
})

test('an input of another form than the workflow declares fails the task', async () => {
  const workflow = define()
    .tool('only', { after, output, run: () => 1 })
    .result('only')
  const running = run<unknown, number>(workflow, 'one', makeAttempt())
  await expect(running).rejects.toMatchObject({ cause: new Error('input: invalid_type') })
})
