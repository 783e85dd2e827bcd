import type {} from '@throughline/embedded/vitest-setup'
import { afterAll, expect, inject, test, vi } from 'vitest'
import { z } from 'zod'
import { type StopReason, TaskError } from '../errors.ts'
import { makeAttempt } from '../testing/make-attempt.ts'
import { openRunner } from '../testing/run-alone.ts'
import { defineWorkflow } from '../workflows/define-workflow.ts'

const { run, [Symbol.dispose]: close } = openRunner(inject('redisUrl'))
afterAll(close)

const output = z.int()
const after = ['input'] as const
const define = () =>
  defineWorkflow({ name: 'test', version: 1, timeoutMs: 60_000, input: output, result: output })

/** Ends when it is told to, with whatever a library throws then. */
function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('aborted')))
  })
}

function failing(times: number, error: unknown) {
  let tries = 0
  return vi.fn(() => {
    tries += 1
    if (tries <= times) throw error
    return tries
  })
}

test('tries a node again as often as it allows, and no more', async () => {
  const retries = { times: 2, firstDelayMs: 1 }
  const unavailable = new TaskError('model_unavailable')
  const workflow = (tool: () => number) =>
    define().tool('only', { after, output, retries, run: tool }).result('only')
  expect(await run(workflow(failing(2, unavailable)), 1, makeAttempt())).toBe(3)

  const tool = failing(3, unavailable)
  await expect(run(workflow(tool), 1, makeAttempt())).rejects.toBe(unavailable)
  expect(tool).toHaveBeenCalledTimes(3)

  const hopeless = failing(1, new TaskError('model_request_refused'))
  await expect(run(workflow(hopeless), 1, makeAttempt())).rejects.toMatchObject({
    code: 'model_request_refused',
  })
  expect(hopeless).toHaveBeenCalledTimes(1)
})

test('a pause between tries ends when the work is to stop', async () => {
  const stop = new AbortController()
  const tool = failing(1, new TaskError('model_unavailable'))
  const workflow = define()
    .tool('only', {
      after,
      output,
      retries: { times: 1, firstDelayMs: 2 ** 30, maxDelayMs: 2 ** 30 },
      run: () => {
        setImmediate(() => stop.abort('draining' satisfies StopReason))
        return tool()
      },
    })
    .result('only')
  const running = run(workflow, 1, makeAttempt({ signal: stop.signal }))
  await expect(running).rejects.toMatchObject({ code: 'draining' })
  expect(tool).toHaveBeenCalledTimes(1)
})

test('a try that takes too long is stopped, and may be tried again', async () => {
  let tries = 0
  const workflow = (times: number) =>
    define()
      .tool('slow', {
        after,
        output,
        timeoutMs: 20,
        retries: { times, firstDelayMs: 1 },
        run: ({ signal }) => {
          tries += 1
          return tries === 3 ? 3 : untilAborted(signal)
        },
      })
      .result('slow')
  await expect(run(workflow(1), 1, makeAttempt())).rejects.toMatchObject({ code: 'node_timed_out' })
  expect(await run(workflow(1), 1, makeAttempt())).toBe(3)
})
