import { expect, test } from 'vitest'
import { admitTraceContext } from './trace-trust.ts'

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
const sent = () => ({ traceparent, tracestate: 'vendor=1', baggage: 'tenant=a', host: 'x' })

test('keeps all that a trusted caller sent', () => {
  const headers = sent()
  expect(admitTraceContext(headers, true)).toBeUndefined()
  expect(headers).toEqual(sent())
})

test('takes everything from a stranger and hands back the traceparent', () => {
  const headers = sent()
  expect(admitTraceContext(headers, false)).toBe(traceparent)
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

test.each([
  ['more than 8192 bytes of baggage', { baggage: `k=${'v'.repeat(8_191)}` }],
  ['more than 64 members of baggage', { baggage: Array(65).fill('k=v').join(',') }],
  ['baggage beyond ASCII', { baggage: 'k=é' }],
  ['more than 512 bytes of tracestate', { tracestate: `v=${'1'.repeat(511)}` }],
  ['more than 32 members of tracestate', { tracestate: Array(33).fill('v=1').join(',') }],
])('drops %s, even from a trusted caller', (_, oversized) => {
  const headers = { ...sent(), ...oversized }
  admitTraceContext(headers, true)
  const [name] = Object.keys(oversized)
  expect(headers).not.toHaveProperty(name ?? '')
  expect(headers.traceparent).toBe(traceparent)
})
