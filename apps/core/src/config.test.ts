import { expect, test } from 'vitest'
import { loadConfig } from './config.ts'

const required = {
  DATABASE_URL: 'postgresql://core@127.0.0.1/core',
  REDIS_URL: 'redis://127.0.0.1:6379',
}

test('needs nothing but the two stores', () => {
  expect(loadConfig(required)).toEqual({
    host: '127.0.0.1',
    port: 50_051,
    databaseUrl: required.DATABASE_URL,
    databasePoolSize: 10,
    redisUrl: required.REDIS_URL,
    maxWaitingTasks: 100_000,
    reconcileIntervalMs: 10_000,
    taskRetentionDays: 30,
    logLevel: 'info',
  })
})

test('names every variable that is missing or wrong', () => {
  const load = () => loadConfig({ REDIS_URL: 'localhost', CORE_PORT: '70000', LOG_LEVEL: 'loud' })
  expect(load).toThrow(/CORE_PORT/)
  expect(load).toThrow(/DATABASE_URL: must be a postgresql:\/\/ URL/)
  expect(load).toThrow(/REDIS_URL: must be a redis:\/\/ URL/)
  expect(load).toThrow(/LOG_LEVEL/)
})
