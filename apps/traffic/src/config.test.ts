import { expect, test } from 'vitest'
import { loadConfig } from './config.ts'

test('shops at this machine with nothing set, and an empty variable counts as unset', () => {
  const empty = { TRAFFIC_RATE: '', TRAFFIC_LIMIT: '', JAEGER_URL: '', JAEGER_LINK: '' }
  expect(loadConfig(empty)).toMatchObject({
    ...{ host: '127.0.0.1', port: 8085, rate: 1, daySeconds: 600, limit: undefined },
    gateway: { url: 'http://127.0.0.1:8080', apiKey: 'tl_demo_key' },
    jaegerUrl: undefined,
    links: { jaeger: undefined },
  })
})

test('names every variable that is wrong', () => {
  const load = () => loadConfig({ TRAFFIC_RATE: '0', TRAFFIC_SEED: '-1', GATEWAY_URL: 'redis://x' })
  for (const name of ['TRAFFIC_RATE', 'TRAFFIC_SEED', 'GATEWAY_URL']) expect(load).toThrow(name)
})
