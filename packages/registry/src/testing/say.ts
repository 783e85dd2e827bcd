// What a shop may say, and can say wrongly: the words of the tests of the live check.
import { type Attributes, type LogRecord, SpanKind } from '@opentelemetry/api'
import type { Voice } from './speak.ts'

export type Say = (voice: Voice) => void

export const order =
  (attributes: Attributes = {}, name = 'take order'): Say =>
  ({ tracer }) => {
    const all = { 'order.id': 'o-1', ...attributes }
    tracer.startSpan(name, { attributes: all }).end()
  }

export const request =
  (name: string, attributes: Attributes): Say =>
  ({ tracer }) =>
    tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }).end()

export const event =
  (name: string, attributes: Attributes = {}): Say =>
  ({ tracer }) =>
    tracer
      .startSpan('take order', { attributes: { 'order.id': 'o-1' } })
      .addEvent(name, attributes)
      .end()

export const orders =
  (labels: Attributes, name = 'shop.orders', unit = '{order}'): Say =>
  ({ meter }) =>
    meter.createCounter(name, { unit }).add(1, labels)

export const duration =
  (explicitBucketBoundaries: number[]): Say =>
  ({ meter }) =>
    meter
      .createHistogram('shop.order.duration', { unit: 's', advice: { explicitBucketBoundaries } })
      .record(0.5)

export const channels =
  (count: number): Say =>
  ({ meter }) => {
    const counter = meter.createCounter('shop.orders', { unit: '{order}' })
    for (let index = 0; index < count; index++) {
      counter.add(1, { 'order.channel': `channel ${'abcdefgh'[index]}`, 'order.state': 'open' })
    }
  }

export const log =
  (severity: string, message: string, attributes = {}): Say =>
  ({ log }) =>
    log(severity, message, attributes)

export const named =
  (eventName: string, attributes: LogRecord['attributes'] = {}): Say =>
  ({ tell }) =>
    tell(eventName, { 'order.id': 'o-1', ...attributes })

export const get = { 'http.request.method': 'GET', 'http.route': '/orders' }
export const http = { scope: 'shop-http' }
export const uuid = '0d5cbd5c-3a1f-4b66-9c3e-6a3f2a1f0b7d'
