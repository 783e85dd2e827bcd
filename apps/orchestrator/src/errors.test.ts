import { ClientError, Status } from 'nice-grpc'
import { APIConnectionError, APIError } from 'openai'
import { expect, test } from 'vitest'
import { TaskError, toModelError, toTaskError } from './errors.ts'

const fromCore = (status: Status) => new ClientError('/path', status, 'inner details')
const fromModel = (status: number) => APIError.generate(status, {}, 'inner details', new Headers())

test.each([
  [fromCore(Status.UNAVAILABLE), 'core_unavailable', 'defer'],
  [fromCore(Status.DEADLINE_EXCEEDED), 'core_unavailable', 'defer'],
  [fromCore(Status.INTERNAL), 'core_unavailable', 'defer'],
  [fromCore(Status.FAILED_PRECONDITION), 'task_closed', 'stop'],
  [fromCore(Status.NOT_FOUND), 'task_closed', 'stop'],
  [fromCore(Status.INVALID_ARGUMENT), 'internal', 'retry'],
  [new TypeError('inner details'), 'internal', 'retry'],
  ['inner details', 'internal', 'retry'],
  [undefined, 'internal', 'retry'],
])('makes of %s: %s, %s', (thrown, code, consequence) => {
  const error = toTaskError(thrown)
  expect(error).toMatchObject({ code, consequence, cause: thrown })
  expect(error.message).not.toContain('inner details')
})

test.each([
  [fromModel(500), 'model_unavailable', 'retry'],
  [fromModel(429), 'model_unavailable', 'retry'],
  [fromModel(400), 'model_request_refused', 'fail'],
  [fromModel(404), 'model_request_refused', 'fail'],
  [new APIConnectionError({}), 'model_unavailable', 'retry'],
  [new TypeError('terminated'), 'model_unavailable', 'retry'],
])('makes of %s from a model: %s, %s', (thrown, code, consequence) => {
  expect(toModelError(thrown)).toMatchObject({ code, consequence, cause: thrown })
})

test('keeps what a parser quotes of an answer to itself', () => {
  const error = toModelError(new SyntaxError(`Unexpected token 'D', "Dear seller"`))
  expect(error.code).toBe('model_answer_invalid')
  expect(error.cause).toEqual(new Error('the answer is not JSON'))
})

test('leaves a task error as it is', () => {
  const error = new TaskError('lease_lost')
  expect(toTaskError(error)).toBe(error)
  expect(toModelError(error)).toBe(error)
})
