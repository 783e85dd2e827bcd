import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadConfig } from '../config.ts'
import { type EngineProcess, forkEngineProcess } from './engine-process.ts'

const stallMs = 2_000
const answer = {
  ...{ prompt: { text: '1' }, tenant: '', maxTokens: 100, temperature: 0, topP: 1, stop: [] },
  grammar: 'root ::= [0-9]{100}',
}

let engine: EngineProcess
beforeEach(() => {
  engine = forkEngineProcess({ stallMs, onLog: () => {} })
})
afterEach(() => engine.kill())

test('is not taken for hung because its server was suspended', async () => {
  const [source] = loadConfig({}).models
  if (source === undefined) throw new Error('No model is configured')
  await engine.call('load', { ...source, modelPath: source.path })
  const tokens = await engine.call('tokenize', { text: '1' })

  const caller = new AbortController()
  const writing = engine.call('answer', answer, {
    signal: caller.signal,
    onWritten: () => caller.abort(new Error('gone')),
  })
  caller.signal.addEventListener('abort', suspend)
  await expect(writing).rejects.toThrow('gone')
  expect(await engine.call('tokenize', { text: '1' })).toEqual(tokens)
})

/** Neither a message is heard nor a timer, as when the machine sleeps. */
function suspend(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, stallMs + 500)
}
