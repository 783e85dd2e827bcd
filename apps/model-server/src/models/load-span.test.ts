import { writeFileSync } from 'node:fs'
import { buildTree } from '@throughline/trace-testing'
import '@throughline/trace-testing/vitest'
import { expect, test } from 'vitest'
import { modelFiles } from '../testing/model-files.ts'
import { observeInEachTest } from '../testing/observe-in-each-test.ts'
import { turn } from '../testing/running-app.ts'

const files = modelFiles()
files.write('first.gguf')
files.write('second.gguf')
const models = ['first', 'second'].map((name) => ({ name, path: `${name}.gguf` }))
writeFileSync(files.path('models.json'), JSON.stringify({ models }))

const observed = observeInEachTest()

test('shows in the trace of the first request for a model that it was loaded', async () => {
  const server = await observed.start({ MODELS_FILE: files.path('models.json') })
  for (let request = 0; request < 2; request++) {
    const response = await fetch(`${server.address}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...turn, model: 'second' }),
    })
    expect(response.status).toBe(200)
  }
  await server.stop()

  const phases = ['queue', 'prefill', 'decode']
  const trees = observed.receiver.traces.map((trace) => buildTree(trace).roots[0])
  expect(trees.map((root) => root?.children.map(({ span }) => span.name))).toEqual([
    ['load model', ...phases],
    phases,
  ])
})
