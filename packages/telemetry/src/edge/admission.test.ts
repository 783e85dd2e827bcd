import { expect, test } from 'vitest'
import { admitTraceContext } from './admission.ts'

const traceId = '0af7651916cd43dd8448eb211c80319c'
const spanId = 'b7ad6b7169203331'
const traceparent = `00-${traceId}-${spanId}-01`
const sent = () => ({ traceparent, tracestate: 'vendor=1', baggage: 'tenant=a', host: 'x' })

test('keeps all that a trusted caller sent', () => {
  const headers = sent()
  expect(admitTraceContext(headers, true)).toBeUndefined()
  expect(headers).toEqual(sent())
})

test('takes everything from a stranger and hands back a link', () => {
  const headers = sent()
  expect(admitTraceContext(headers, false)).toMatchObject({ context: { traceId, spanId } })
  expect(headers).toEqual({ host: 'x' })
})

test('hands back nothing when the stranger sent nonsense', () => {
  expect(admitTraceContext({ ...sent(), traceparent: '00-nonsense' }, false)).toBeUndefined()
})

test('drops the tracestate of a trusted caller along with an invalid traceparent', () => {
  const headers = { ...sent(), traceparent: 'nonsense' }
  admitTraceContext(headers, true)
  expect(headers).toEqual({ baggage: 'tenant=a', host: 'x' })
})

test('reads a later version as the one that it knows', () => {
  const headers = { ...sent(), traceparent: `cc-${traceId}-${spanId}-ff-more` }
  admitTraceContext(headers, true)
  expect(headers.traceparent).toBe(traceparent)
})

test.each([
  ['baggage beyond what it may hold', { baggage: `k=${'v'.repeat(8_191)}` }],
  ['a tracestate with too many members', { tracestate: Array(33).fill('v=1').join(',') }],
])('drops %s, even from a trusted caller', (_, oversized) => {
  const headers = { ...sent(), ...oversized }
  admitTraceContext(headers, true)
  const [name] = Object.keys(oversized)
  expect(headers).not.toHaveProperty(name ?? '')
  expect(headers.traceparent).toBe(traceparent)
})
