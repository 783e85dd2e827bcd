import { expect, test } from 'vitest'
import { isAtLeast, parseLogLine } from '../system/log-line.ts'
import { renderLogLine } from './render-log-line.ts'

const plain = (_style: unknown, text: string) => text
const render = (raw: string) => renderLogLine(parseLogLine('core', raw), plain)

test('shows time, service, level, message, fields and the start of the trace id', () => {
  const line = {
    time: '2026-11-21T10:00:00.123Z',
    level: 'warn',
    name: 'core',
    msg: 'task failed',
    attempt: 2,
    err: { type: 'Error', message: 'no model', stack: '…' },
    trace_id: '0af7651916cd43dd8448eb211c80319c',
    span_id: 'b7ad6b7169203331',
  }
  expect(render(JSON.stringify(line))).toBe(
    '10:00:00.123 core         warn  task failed attempt=2 err=no model trace=0af76519',
  )
})

test('shows what is not JSON as a warning', () => {
  const line = parseLogLine('core', 'Segmentation fault')
  expect(isAtLeast(line, 'warn')).toBe(true)
  expect(line.message).toBe('Segmentation fault')
})

test('lets no control character of a line reach the terminal', () => {
  const line = { msg: 'a\u001b[2Jb', path: '/\u001b]0;title\u0007', level: 'info' }
  expect(render(JSON.stringify(line))).not.toMatch(/\p{Cc}/u)
})

test('keeps a line readable however long its fields are', () => {
  expect(
    render(JSON.stringify({ msg: 'x', level: 'info', body: 'y'.repeat(10_000) })).length,
  ).toBeLessThan(200)
})
