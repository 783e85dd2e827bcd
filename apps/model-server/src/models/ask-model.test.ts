import { writeFileSync } from 'node:fs'
import { metricPointsOf } from '@throughline/trace-testing/receiver'
import { expect, test } from 'vitest'
import { modelFiles } from '../testing/model-files.ts'
import { observeInEachTest } from '../testing/observe-in-each-test.ts'
import { turn } from '../testing/running-app.ts'

const files = modelFiles()
files.write('first.gguf')
files.write('cut.gguf', (model) => model.subarray(0, 1_000_000))
const models = ['first', 'cut'].map((name) => ({ name, path: `${name}.gguf` }))
writeFileSync(files.path('models.json'), JSON.stringify({ models }))

const observed = observeInEachTest()

test('measures whoever asks for a model that cannot be loaded, and leaves out who asks for none of ours', async () => {
  const server = await observed.start({ MODELS_FILE: files.path('models.json') })
  const ask = async (path: string, body: object) => {
    const response = await fetch(`${server.address}/v1/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return response.status
  }
  const asked = ['cut', 'nasturtium'].flatMap((model) => [
    ask('chat/completions', { ...turn, model }),
    ask('chat/completions', { ...turn, model, stream: true }),
    ask('embeddings', { model, input: 'a' }),
  ])
  expect(await Promise.all(asked)).toEqual([503, 503, 503, 404, 404, 404])
  expect(await server.stop()).toBe(0)

  const [lastExport] = observed.receiver.requests
    .filter(({ path }) => path === '/v1/metrics')
    .map(({ body }) => metricPointsOf(JSON.parse(body)))
    .toReversed()
  const measured = lastExport?.filter(({ name }) => name === 'gen_ai.server.request.duration')
  const unavailable = (operation: string) => ({
    'gen_ai.operation.name': operation,
    'gen_ai.provider.name': 'throughline',
    'gen_ai.request.model': 'cut',
    'error.type': 'model_unavailable',
  })
  expect(new Set(measured?.map(({ attributes }) => attributes))).toEqual(
    new Set([unavailable('chat'), unavailable('embeddings')]),
  )
  const named = observed.receiver.spans
    .filter(({ kind }) => kind === 'SERVER')
    .flatMap(({ attributes }) => attributes['gen_ai.request.model'] ?? [])
  expect(named).toEqual(['cut', 'cut', 'cut'])
})
