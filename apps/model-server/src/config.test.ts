import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadConfig } from './config.ts'

const folder = mkdtempSync(join(tmpdir(), 'models-'))
const modelsFile = join(folder, 'models.json')
const limits = { maxContextTokens: 4_096, maxOutputTokens: 1_024 }

test('serves the model that it ships unless told otherwise', () => {
  const config = loadConfig({})
  expect(config).toMatchObject({ host: '127.0.0.1', port: 8083, demo: false })
  const path = expect.stringMatching(/\/apps\/model-server\/models\/negotiator\.gguf$/)
  expect(config.models).toEqual([
    { name: 'negotiator', path, preload: true, ...limits, slots: 4, threads: 1 },
  ])
})

test('reads several models from a file, each with its own limits or those of all', () => {
  writeFileSync(
    modelsFile,
    JSON.stringify({
      models: [
        { name: 'small', path: './small.gguf', slots: 2 },
        { name: 'acme/large:8b', path: '/models/large.gguf', contextTokens: 8_192, threads: 8 },
        { name: 'third', path: '../third.gguf', outputTokens: 64, preload: true },
      ],
    }),
  )
  const { models } = loadConfig({ MODELS_FILE: modelsFile, MODEL_SLOTS: '3' })
  const others = { ...limits, slots: 3, threads: 1, preload: false }
  expect(models).toEqual([
    { ...others, name: 'small', path: join(folder, 'small.gguf'), slots: 2, preload: true },
    {
      ...others,
      ...{ name: 'acme/large:8b', path: '/models/large.gguf' },
      ...{ maxContextTokens: 8_192, threads: 8 },
    },
    {
      ...others,
      ...{ name: 'third', path: join(folder, '../third.gguf') },
      ...{ maxOutputTokens: 64, preload: true },
    },
  ])
})

test('reads the example of its README', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const [, example = ''] = /```json\n(\{\n {2}"models".*?)```/s.exec(readme) ?? []
  writeFileSync(modelsFile, example)
  const { models } = loadConfig({ MODELS_FILE: modelsFile })
  expect(models.map(({ name }) => name)).toEqual(['negotiator', 'acme/writer:8b', 'notes'])
})

test('names the place in the file of models that is not usable', () => {
  const load = (content: string) => {
    writeFileSync(modelsFile, content)
    return () => loadConfig({ MODELS_FILE: modelsFile })
  }
  const good = { name: 'a', path: 'a.gguf' }
  const file = (...models: object[]) => JSON.stringify({ models })
  expect(load('{"models":')).toThrow(/models\.json, is not usable:\n {2}Unexpected end of JSON/)
  expect(load(file())).toThrow(/models: /)
  expect(load(file({ ...good, slots: 0 }))).toThrow(/models\.0\.slots: /)
  expect(load(file(good, { name: 'b c', path: 'b.bin' }))).toThrow(
    /models\.1\.name: letters[\s\S]*models\.1\.path: /,
  )
  expect(load(file({ ...good, slotz: 1 }))).toThrow(/models\.0: .*slotz/)
  expect(load(file(good, good))).toThrow(/models: two models have the same name/)
  expect(load(file({ ...good, preload: false }))).toThrow(/models: the first model is the default/)
  expect(() => loadConfig({ MODELS_FILE: join(folder, 'missing.json') })).toThrow(/ENOENT/)
})

test('does not guess which model is meant when both variables name one', () => {
  const load = () => loadConfig({ MODEL_PATH: 'a.gguf', MODELS_FILE: modelsFile })
  expect(load).toThrow(/MODEL_PATH and MODELS_FILE are both set/)
})

test('has no model of its own only when somebody else is asked', () => {
  const UPSTREAM_URL = 'http://127.0.0.1:1/v1'
  expect(loadConfig({ MODEL_PATH: 'none', UPSTREAM_URL }).models).toEqual([])
  expect(() => loadConfig({ MODEL_PATH: 'none' })).toThrow(/UPSTREAM_URL has to say who/)
})

test('names every variable that is not usable', () => {
  const load = () => loadConfig({ MODEL_SLOTS: '0', MODEL_PATH: 'model.bin', DEMO: 'perhaps' })
  expect(load).toThrow(/DEMO:[\s\S]*MODEL_PATH:[\s\S]*MODEL_SLOTS:/)
})

test('serves no model of its own only when there is a provider', () => {
  expect(() => loadConfig({ MODEL_PATH: 'none' })).toThrow(/UPSTREAM_URL/)
  const config = loadConfig({ MODEL_PATH: 'none', UPSTREAM_URL: 'https://provider.example/v1' })
  expect(config.models).toEqual([])
})

test.each([
  ['https://provider.example', 'https://provider.example/v1'],
  ['http://127.0.0.1:8083/', 'http://127.0.0.1:8083/v1'],
  ['https://provider.example/openai/v1', 'https://provider.example/openai/v1'],
])('finds the API of %s', (url, expected) => {
  expect(loadConfig({ UPSTREAM_URL: url }).upstream?.url.href).toBe(expected)
})

test.each([
  'provider.example',
  'ftp://provider.example/v1',
  'https://user:secret@provider.example/v1',
  'https://provider.example/v1?key=secret',
])('does not take %s for a provider', (url) => {
  const load = () => loadConfig({ UPSTREAM_URL: url })
  expect(load).toThrow(/UPSTREAM_URL:/)
  expect(load).not.toThrow(/secret/)
})
