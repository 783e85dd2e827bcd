import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createProblemLogger } from './problem-lines.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function startLogger() {
  const lines: string[] = []
  const logger = createProblemLogger((line) => lines.push(line))
  const read = () => lines.map((line) => JSON.parse(line))
  return { logger, read, lines }
}

test('writes one JSON line with the fields it is given', () => {
  const { logger, read, lines } = startLogger()
  logger.warn('spans are lost', { lost: { queue_full: 3 } })
  expect(lines).toEqual([expect.stringMatching(/^\{.*\}\n$/)])
  expect(read()).toEqual([
    {
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      level: 'warn',
      name: 'telemetry',
      msg: 'spans are lost',
      lost: { queue_full: 3 },
    },
  ])
})

test('says the same once a minute, and anything else at once', () => {
  const { logger, lines } = startLogger()
  logger.error('no connection')
  logger.error('no connection')
  logger.error('no name')
  expect(lines).toHaveLength(2)
  vi.advanceTimersByTime(59_000)
  logger.error('no connection')
  expect(lines).toHaveLength(2)
  vi.advanceTimersByTime(1_000)
  logger.error('no connection')
  expect(lines).toHaveLength(3)
})

test("reads the errors that the SDK's handler made JSON of, without their stacks", () => {
  const { logger, read } = startLogger()
  logger.error(JSON.stringify({ stack: 'Error: at …', message: 'export failed', name: 'Error' }))
  logger.error('two', 'words', 7)
  expect(read()).toMatchObject([
    { msg: 'export failed', error: 'Error' },
    { msg: 'two', details: ['words', '7'] },
  ])
  expect(read()[0]).not.toHaveProperty('stack')
})

const circular: Record<string, unknown> = {}
circular.self = circular

test.each([
  ['a circle', [circular]],
  ['a bigint', [{ size: 1n }]],
  ['what has no text', [Object.create(null), 7]],
])('leaves out details that cannot be written: %s', (_, details) => {
  const { logger, read } = startLogger()
  logger.error('no connection', ...details)
  expect(read()).toEqual([
    { time: expect.any(String), level: 'error', name: 'telemetry', msg: 'no connection' },
  ])
})

test('details do not take the place of what every line has', () => {
  const { logger, read } = startLogger()
  const details = { time: 0, level: 'info', name: 'mine', msg: 'mine', code: 7 }
  logger.error('no connection', details)
  expect(read()).toEqual([
    { time: expect.any(String), level: 'error', name: 'telemetry', msg: 'no connection', code: 7 },
  ])
})
