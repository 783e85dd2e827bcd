// What an attempt has used and never reported, kept for the next one to report.
import type {} from '@throughline/embedded/vitest-setup'
import { afterAll, expect, inject, test } from 'vitest'
import { z } from 'zod'
import type { AskModel } from '../models/model-client.ts'
import type { Attempt } from '../tasks/attempt.ts'
import { makeAttempt } from '../testing/make-attempt.ts'
import { openRunner } from '../testing/run-alone.ts'
import { defineWorkflow } from '../workflows/define-workflow.ts'

const runner = openRunner(inject('redisUrl'))
afterAll(() => runner[Symbol.dispose]())

const answer = z.int()
const twice = defineWorkflow({
  ...{ name: 'twice', version: 1, timeoutMs: 60_000, input: z.int(), result: answer },
})
  .model('one', {
    after: ['input'],
    output: answer,
    run: ({ ask }) => ask({ name: 'one', prompt: '', answer }),
  })
  .model('two', {
    after: ['one'],
    output: answer,
    run: ({ ask }) => ask({ name: 'two', prompt: '', answer }),
  })
  .result('two')

/** Each answer uses ten tokens; the attempt dies when it is asked for one of this name. */
async function run(attempt: Attempt, diesAt?: string): Promise<number> {
  const askModel: AskModel = async (question, { spending }) => {
    if (question.name === diesAt) throw new Error('dead')
    const call = { model: 'tiny', requestBytes: 1, maxOutputTokens: 1 }
    spending.reserve(call).settle({ inputTokens: 10, outputTokens: 0 })
    return question.answer.parse(1)
  }
  const running = runner.run(twice, 1, attempt, askModel)
  if (diesAt === undefined) await running
  else await expect(running).rejects.toMatchObject({ code: 'internal' })
  return attempt.spending.used().inputTokens
}

function next({ taskId }: Attempt, attempt: number, firstUnreportedAttempt: number): Attempt {
  return makeAttempt({ taskId, attempt, started: { firstUnreportedAttempt } })
}

test('an attempt takes over what those before it could not report', async () => {
  const first = makeAttempt()
  expect(await run(first, 'two')).toBe(10)
  expect(await run(next(first, 2, 1))).toBe(20)
})

test('however many of them there were, each call counts once', async () => {
  const first = makeAttempt()
  await run(first, 'two')
  expect(await run(next(first, 2, 1), 'two')).toBe(10)
  expect(await run(next(first, 3, 1), 'two')).toBe(10)
  expect(await run(next(first, 4, 1))).toBe(20)
})

test('what was reported is not taken over', async () => {
  const first = makeAttempt()
  await run(first, 'two')
  expect(await run(next(first, 2, 2))).toBe(10)
})

test('an attempt that took something over and reported it leaves nothing of it', async () => {
  const first = makeAttempt()
  await run(first, 'two')
  await run(next(first, 2, 1), 'two')
  expect(await run(next(first, 3, 3))).toBe(10)
})
