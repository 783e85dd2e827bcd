import { expect, test } from 'vitest'
import { freePorts } from './ports.ts'
import { serviceEnvironment } from './services.ts'

const databases = { databaseUrl: 'postgresql://elsewhere', redisUrl: 'redis://elsewhere' }

test('lets lens be asked by the address that it listens on', async () => {
  const env = { HOST: '192.0.2.1', LENS_ALLOWED_HOSTS: 'box.local' }
  expect(serviceEnvironment(await freePorts(), env, databases)).toMatchObject({
    OTEL_EXPORTER_OTLP_ENDPOINT: expect.stringContaining('http://192.0.2.1:'),
    LENS_ALLOWED_HOSTS: '192.0.2.1,box.local',
  })
})
