import { type DiagLogger, DiagLogLevel, diag } from '@opentelemetry/api'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createLossReport } from './loss-report.ts'

let lines: [string, object][] = []

beforeEach(() => {
  vi.useFakeTimers()
  lines = []
  const ignore = () => {}
  const warn: DiagLogger['warn'] = (message, fields) => lines.push([message, fields as object])
  const logger = { verbose: ignore, debug: ignore, info: ignore, warn, error: ignore }
  diag.setLogger(logger, { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true })
})
afterEach(() => {
  diag.disable()
  vi.useRealTimers()
})

const start = () => createLossReport({ items: 'spans', waitingCount: () => 7 })

test('losses are told at once, then summed up for a minute, and at the end', () => {
  const report = start()
  report.lost(1, 'queue_full')
  for (let second = 0; second < 59; second += 1) {
    vi.advanceTimersByTime(1_000)
    report.lost(2, 'queue_full')
  }
  report.lost(5, '400', 'it answered 400')
  expect(lines).toEqual([['spans are lost', { lost: { queue_full: 1 }, lostInAll: 1, waiting: 7 }]])
  vi.advanceTimersByTime(1_000)
  expect(lines.slice(1)).toEqual([
    [
      'spans are lost',
      {
        lost: { queue_full: 118, '400': 5 },
        lostInAll: 124,
        waiting: 7,
        reason: 'it answered 400',
      },
    ],
  ])
  report.lost(1, 'shutdown')
  expect(lines).toHaveLength(2)
  report.close()
  expect(lines).toHaveLength(3)
  report.close()
  expect(lines).toHaveLength(3)
})

test('a receiver that is away for less than ten seconds is not worth a line', () => {
  const report = start()
  report.waiting('ECONNREFUSED')
  vi.advanceTimersByTime(9_000)
  report.waiting('ECONNREFUSED')
  report.recovered()
  vi.advanceTimersByTime(9_000)
  report.waiting('ECONNREFUSED')
  report.close()
  expect(lines).toEqual([])
})

test('one that stays away is, once a minute until it is back', () => {
  const report = start()
  for (let second = 0; second <= 75; second += 1) {
    report.waiting('ECONNREFUSED')
    vi.advanceTimersByTime(1_000)
  }
  const line = ['spans wait for their receiver', { waiting: 7, reason: 'ECONNREFUSED' }]
  expect(lines).toEqual([line, line])
  report.recovered()
  report.close()
  vi.advanceTimersByTime(60_000)
  expect(lines).toHaveLength(2)
})
