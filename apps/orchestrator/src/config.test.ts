import { expect, test } from 'vitest'
import { loadConfig } from './config.ts'

test('runs without a single variable', () => {
  expect(loadConfig({})).toMatchObject({
    port: 8082,
    redisUrl: 'redis://127.0.0.1:6379',
    coreAddress: '127.0.0.1:50051',
    model: { url: 'http://127.0.0.1:8083', temperature: 0 },
  })
})

test('names the worker after its host and process', () => {
  expect(loadConfig({}).workerId).toMatch(new RegExp(`-${process.pid}$`))
  expect(loadConfig({ WORKER_ID: 'worker-1' }).workerId).toBe('worker-1')
})

test('refuses what cannot work, all of it at once', () => {
  const env = { REDIS_URL: 'http://here', ORCHESTRATOR_CONCURRENCY: '0', MODEL_TEMPERATURE: 'hot' }
  expect(() => loadConfig(env)).toThrow(
    /ORCHESTRATOR_CONCURRENCY: [\s\S]*REDIS_URL: [\s\S]*MODEL_TEMPERATURE: /,
  )
})
