// Branches and items that run at the same time, and what happens to the others when one of them fails.
import { once } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import type {} from '@throughline/embedded/vitest-setup'
import { afterAll, expect, inject, test, vi } from 'vitest'
import { z } from 'zod'
import { TaskError } from '../errors.ts'
import { makeAttempt } from '../testing/make-attempt.ts'
import { openRunner } from '../testing/run-alone.ts'
import { defineWorkflow } from '../workflows/define-workflow.ts'

const { run, [Symbol.dispose]: close } = openRunner(inject('redisUrl'))
afterAll(close)

const output = z.int()
const after = ['input'] as const
const define = () =>
  defineWorkflow({ name: 'test', version: 1, timeoutMs: 60_000, input: output, result: output })

const refused = () => Promise.reject(new TaskError('model_request_refused'))

/** Holds back whoever comes, until so many have come. */
function meeting(size: number) {
  const all = Promise.withResolvers<void>()
  let present = 0
  return () => {
    present += 1
    if (present === size) all.resolve()
    return all.promise
  }
}

test('branches run side by side, and a join waits for all of them', async () => {
  const meet = meeting(2)
  const workflow = define()
    .tool('left', { after, output, run: () => meet().then(() => 2) })
    .tool('right', { after, output, run: () => meet().then(() => 3) })
    .join('sum', {
      after: ['left', 'right'],
      output,
      run: ({ outputs: { left, right } }) => left * right,
    })
    .result('sum')
  expect(await run(workflow, 1, makeAttempt())).toBe(6)
})

test('a skipped node takes along what comes after it, up to a join, which finds it undefined', async () => {
  const ran = vi.fn(() => 1)
  const workflow = define()
    .tool('first', { after, output, run: () => 1 })
    .tool('never', {
      after: ['first'],
      when: { label: 'large', holds: ({ outputs }) => outputs.first > 1 },
      output,
      run: ran,
    })
    .policy('neither', { after: ['first', 'never'], output, run: ran })
    .join('end', {
      after: ['first', 'neither'],
      output,
      run: ({ outputs }) => (outputs.neither === undefined ? 7 : 8),
    })
    .result('end')
  expect(await run(workflow, 1, makeAttempt())).toBe(7)
  expect(ran).not.toHaveBeenCalled()
})

test('a failing branch stops the ones beside it and waits for them', async () => {
  const meet = meeting(2)
  let stopped = false
  const workflow = define()
    .tool('good', {
      after,
      output,
      run: async ({ signal }) => {
        await meet()
        await once(signal, 'abort')
        // What it takes to stop in good order.
        await setImmediate()
        stopped = true
        return 1
      },
    })
    .tool('bad', {
      after,
      output,
      run: () => meet().then(refused),
    })
    .join('end', { after: ['good', 'bad'], output, run: () => 1 })
    .result('end')
  await expect(run(workflow, 1, makeAttempt())).rejects.toMatchObject({
    code: 'model_request_refused',
  })
  expect(stopped).toBe(true)
})

test('what does not listen when it is told to stop is left behind', async () => {
  const meet = meeting(2)
  const workflow = define()
    .tool('deaf', { after, output, run: () => meet().then(() => new Promise<never>(() => {})) })
    .tool('bad', {
      after,
      output,
      run: () => meet().then(refused),
    })
    .join('end', { after: ['deaf', 'bad'], output, run: () => 1 })
    .result('end')
  await expect(run(workflow, 1, makeAttempt())).rejects.toMatchObject({
    code: 'model_request_refused',
  })
})

test('items are worked on side by side, so many at a time, and their outputs keep the order', async () => {
  let [running, most] = [0, 0]
  const workflow = define()
    .each('double', {
      type: 'tool',
      after,
      items: () => [4, 3, 2, 1, 0],
      concurrency: 2,
      output,
      run: async ({ item, index }) => {
        running += 1
        most = Math.max(most, running)
        for (let turns = item; turns > 0; turns -= 1) await Promise.resolve()
        running -= 1
        return item * 10 + index
      },
    })
    .join('end', {
      after: ['double'],
      output,
      run: ({ outputs }) => Number(outputs.double.join('')),
    })
    .result('end')
  expect(await run(workflow, 1, makeAttempt())).toBe(403_122_134)
  expect(most).toBe(2)
})

test('an attempt after a crash runs only the items that are left', async () => {
  const seen: number[] = []
  let crashAt = 2
  const workflow = define()
    .each('double', {
      type: 'tool',
      after,
      items: () => [0, 1, 2, 3],
      concurrency: 1,
      output,
      run: ({ item }) => {
        seen.push(item)
        if (item === crashAt) throw new Error('crash')
        return item
      },
    })
    .join('end', { after: ['double'], output, run: ({ outputs }) => outputs.double.length })
    .result('end')
  const attempt = makeAttempt()
  await expect(run(workflow, 1, attempt)).rejects.toMatchObject({ code: 'internal' })
  crashAt = -1
  expect(await run(workflow, 1, makeAttempt({ taskId: attempt.taskId, attempt: 2 }))).toBe(4)
  expect(seen).toEqual([0, 1, 2, 2, 3])
})
