import { truncateSync } from 'node:fs'
import { createLogger } from '@throughline/telemetry'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { type Config, loadConfig } from '../config.ts'
import { createMetrics, type Metrics } from '../metrics.ts'
import { modelFiles, withFacts } from '../testing/model-files.ts'
import { type Models, startModels } from './models.ts'
import type { ModelSource } from './served-model.ts'

const files = modelFiles()
const isOver = { timeout: 20_000 }
const never = new AbortController().signal
const logger = createLogger({ name: 'model-server', level: 'silent' })
const config = loadConfig({})

const restarted = vi.fn<Metrics['engineRestarted']>()

let models: Models | undefined
afterEach(async () => {
  await models?.close()
  models = undefined
})

async function start(
  sources: readonly Partial<ModelSource>[],
  overrides: Partial<Config> = {},
): Promise<Models> {
  const [shipped] = config.models
  if (shipped === undefined) throw new Error('There is no model')
  const complete = sources.map((source) => ({ ...shipped, preload: false, ...source }))
  models = await startModels(complete, {
    ...config,
    ...overrides,
    metrics: { ...createMetrics(), engineRestarted: restarted },
    logger,
  })
  return models
}

const answer = async (name: string) => {
  const { engine } = (await models?.get(name, never)) ?? {}
  return engine?.call('tokenize', { text: 'ask:0450' })
}

test('loads the default model at the start, and others once, when they are asked for', async () => {
  const { list, loaded, get } = await start([
    { name: 'first', preload: true },
    { name: 'second', path: files.write('second.gguf') },
  ])
  expect(list()).toMatchObject([
    { name: 'first', loaded: true },
    { name: 'second', loaded: false },
  ])
  const [first, again] = await Promise.all([get('second', never), get('second', never)])
  expect(again).toBe(first)
  expect(loaded().map(({ name }) => name)).toEqual(['first', 'second'])
  expect(await answer('second')).toEqual(await answer('first'))
  expect(new Set(loaded().map(({ engine }) => engine.pid())).size).toBe(2)
})

test('refuses a name that it does not know', async () => {
  const { get } = await start([{ name: 'first' }])
  await expect(get('other', never)).rejects.toMatchObject({ code: 'model_not_found' })
})

test('lets no more requests wait for a load than would find a place after it', async () => {
  const { get } = await start([{ name: 'slow', slots: 2 }], { maxWaiting: 1 })
  const impatient = new AbortController()
  const asked = [impatient.signal, never, never].map((signal) => get('slow', signal))
  await expect(get('slow', never)).rejects.toMatchObject({
    code: 'queue_full',
    message: expect.stringMatching(/^3 requests are waiting/),
  })
  impatient.abort(new Error('too slow'))
  await expect(asked[0]).rejects.toThrow('too slow')
  const model = await get('slow', never)
  expect(await Promise.all(asked.slice(1))).toEqual([model, model])
})

test('lets go of whoever will not wait, and loads on for the next', async () => {
  const { get, loaded } = await start([{ name: 'slow' }])
  const impatient = new AbortController()
  const asked = get('slow', impatient.signal)
  impatient.abort(new Error('too slow'))
  await expect(asked).rejects.toThrow('too slow')
  const model = await get('slow', never)
  expect(loaded()).toEqual([model])
})

test('leaves no engine behind when it is closed while it loads', async () => {
  const { get, loaded, close } = await start([{ name: 'slow' }, { name: 'next' }])
  const asked = Promise.allSettled([get('slow', never), get('next', never)])
  const processes = () => process.getActiveResourcesInfo().filter((name) => name === 'ProcessWrap')
  await vi.waitFor(() => expect(processes()).toHaveLength(1))
  await close()
  await vi.waitFor(() => expect(processes()).toEqual([]))
  for (const outcome of await asked) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'stopping' } })
  }
  expect(loaded()).toEqual([])
})

test('lets other engines start, and start again, while the file of a large model is read', async () => {
  // Four letters and then nothing for longer than anybody would wait, which takes no room on the disk.
  const path = files.write('large.gguf', () => Buffer.from('GGUF'))
  truncateSync(path, 2 ** 36)
  const cut = () => truncateSync(path, 4)
  onTestFinished(cut)
  const { get } = await start([{ name: 'large', path }, { name: 'small' }])
  const large = get('large', never)
  const { engine } = await get('small', never)
  process.kill(engine.pid() ?? 0, 'SIGKILL')
  await vi.waitFor(() => expect(engine.isReady()).toBe(false), isOver)
  await vi.waitFor(() => expect(engine.isReady()).toBe(true), isOver)
  cut()
  await expect(large).rejects.toThrow('cut off or damaged')
})

test('does not start another file again under the name of one that it has told of', async () => {
  const path = files.write('changing.gguf')
  const { get } = await start([{ name: 'changing', path }])
  const { engine } = await get('changing', never)
  const pid = engine.pid() ?? 0
  const other = { 'general.description': 'another' }
  files.write('changing.gguf', withFacts(other))
  process.kill(pid, 'SIGKILL')
  await vi.waitFor(() => expect(restarted).toHaveBeenCalledWith('changing', 'load'))
  expect(engine.isReady()).toBe(false)
  files.write('changing.gguf')
  await vi.waitFor(() => expect(engine.isReady()).toBe(true), isOver)
  expect(engine.pid()).not.toBe(pid)
})

const cacheOfHundredsOfGigabytes = {
  path: files.write('endless.gguf', withFacts({ 'llama.context_length': 1_048_576 })),
  maxContextTokens: 1_048_576,
  slots: 64,
}

test.for<[string, Partial<ModelSource>]>([
  ['there is no such file', { path: files.path('missing.gguf') }],
  ['it is not a file', { path: files.path('.') }],
  ['it is not a GGUF file', { path: files.write('empty.gguf', () => Buffer.alloc(0)) }],
  ['it is not a GGUF file', { path: files.write('zip.gguf', () => Buffer.from('PK…')) }],
  [
    "its architecture, 'brain', is not one that the engine knows",
    { path: files.write('brain.gguf', withFacts({ 'general.architecture': 'brain' })) },
  ],
  [
    'it is part 2 of 3 of a split model, which has to be merged into one file first',
    { path: files.write('part.gguf', withFacts({ 'split.no': 1, 'split.count': 3 })) },
  ],
])('says why a model cannot be loaded: %s', async ([reason, source]) => {
  const { get } = await start([{ name: 'broken', ...source }])
  await expect(get('broken', never)).rejects.toMatchObject({
    code: 'model_unavailable',
    message: `The model 'broken' cannot be loaded: ${reason}`,
  })
})

test('gives up a model that takes too long to load', async () => {
  const { get } = await start([{ name: 'slow' }], { loadTimeoutMs: 1 })
  await expect(get('slow', never)).rejects.toMatchObject({
    code: 'model_unavailable',
    message: "The model 'slow' cannot be loaded: it did not load within 1 ms",
  })
})

test('says by how much a model is too large', async () => {
  const { get } = await start([{ name: 'broken', ...cacheOfHundredsOfGigabytes }])
  await expect(get('broken', never)).rejects.toThrow(
    /needs 2 MB for its weights and 171799 MB to keep 1048576 tokens for each of 64 slots, but \d+ MB of memory are free$/,
  )
})

test('recognises a header that makes no sense', async () => {
  const garble = (model: Buffer) => Buffer.from(model).fill(255, 300, 20_000)
  const { get } = await start([{ name: 'garbled', path: files.write('garbled.gguf', garble) }])
  await expect(get('garbled', never)).rejects.toThrow(/cut off or damaged/)
})

test.for([10, 5_000, 1_500_000])('recognises a file that ends after %i bytes', async (length) => {
  const path = files.write(`cut-${length}.gguf`, (model) => model.subarray(0, length))
  const { get } = await start([{ name: 'cut', path }])
  const failure = await get('cut', never).catch((err: unknown) => err)
  expect(failure).toMatchObject({ code: 'model_unavailable' })
  expect(String(failure)).toMatch(/cut off or damaged/)
  expect(String(failure)).not.toContain(files.path(''))
})
