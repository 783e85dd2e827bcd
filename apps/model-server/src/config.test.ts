import { expect, test } from 'vitest'
import { loadConfig } from './config.ts'

test('serves the model that it ships unless told otherwise', () => {
  const config = loadConfig({})
  expect(config).toMatchObject({ host: '127.0.0.1', port: 8083, demo: false })
  const path = expect.stringMatching(/\/apps\/model-server\/models\/negotiator\.gguf$/)
  expect(config.models).toEqual([{ name: 'negotiator', path, slots: 4, maxContextTokens: 4_096 }])
})

test('names every variable that is not usable', () => {
  const load = () => loadConfig({ MODEL_SLOTS: '0', MODEL_PATH: 'model.bin', DEMO: 'perhaps' })
  expect(load).toThrow(/DEMO:[\s\S]*MODEL_PATH:[\s\S]*MODEL_SLOTS:/)
})
