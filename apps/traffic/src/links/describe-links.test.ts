import { expect, test } from 'vitest'
import { describeLinks } from './describe-links.ts'

const links = {
  grafana: 'http://127.0.0.1:3000/d/overview',
  jaeger: 'http://127.0.0.1:16686/',
  prometheus: 'http://127.0.0.1:9090',
  gateway: 'http://127.0.0.1:8080',
}

test('lists every link on a line of its own, with the key that the API wants', () => {
  expect(describeLinks({ links, apiKey: 'key', traceId: 'f00d' })).toBe(`
Throughline is up, and people are shopping.

  one negotiation, as a trace  http://127.0.0.1:16686/trace/f00d
  all traces                   http://127.0.0.1:16686/search?service=gateway
  dashboards                   http://127.0.0.1:3000/d/overview
  metrics                      http://127.0.0.1:9090
  API, and a form to call it   http://127.0.0.1:8080/docs
  API key                      key
`)
})

test('leaves out what it does not know', () => {
  const { jaeger } = links
  expect(describeLinks({ links: { jaeger }, apiKey: 'key' })).not.toMatch(/trace\/|key|dashboards/)
  expect(describeLinks({ links: {}, apiKey: 'key', traceId: 'f00d' })).toBeUndefined()
})
