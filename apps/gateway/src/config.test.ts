import { expect, test } from 'vitest'
import { loadConfig } from './config.ts'

test('starts on loopback with nothing set, and an empty variable counts as unset', () => {
  expect(loadConfig({ GATEWAY_PORT: '', DEMO: '' })).toEqual({
    host: '127.0.0.1',
    port: 8080,
    coreAddress: '127.0.0.1:50051',
    redisUrl: 'redis://127.0.0.1:6379',
    logLevel: 'info',
    demo: false,
  })
})

test('names every variable that is wrong', () => {
  const load = () => loadConfig({ GATEWAY_PORT: '80000', REDIS_URL: 'http://x', DEMO: 'perhaps' })
  for (const name of ['GATEWAY_PORT', 'REDIS_URL', 'DEMO']) expect(load).toThrow(name)
})
