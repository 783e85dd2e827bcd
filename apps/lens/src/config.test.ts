import { expect, test } from 'vitest'
import { loadConfig } from './config.ts'

test('needs nothing', () => {
  expect(loadConfig({})).toEqual({
    host: '127.0.0.1',
    port: 8090,
    otlpPort: 4318,
    allowedHosts: [],
    maxBytes: 128_000_000,
    maxBodyBytes: 8_000_000,
    maxTraceSpans: 20_000,
    quietMs: 250,
    logLevel: 'info',
  })
})

test('reads names of the machine, separated by commas', () => {
  expect(loadConfig({ LENS_ALLOWED_HOSTS: 'Box.local, host.docker.internal,' })).toMatchObject({
    allowedHosts: ['box.local', 'host.docker.internal'],
  })
})

test('names every variable that cannot be used', () => {
  expect(() => loadConfig({ LENS_PORT: '99999', LENS_MAX_BYTES: 'much' })).toThrow(
    /LENS_PORT[\s\S]*LENS_MAX_BYTES/,
  )
})
