import type { RunningProcess } from '@throughline/process/testing'
import { buildTree, type ShowAttribute } from '@throughline/trace-testing'
import '@throughline/trace-testing/vitest'
import { expect, test, vi } from 'vitest'
import { observeInEachTest } from './testing/observe-in-each-test.ts'
import { turn } from './testing/running-app.ts'

const traceId = '0af7651916cd43dd8448eb211c80319c'
const callerSpanId = 'b7ad6b7169203331'
const traceparent = `00-${traceId}-${callerSpanId}-01`
const canary = 'tigerlily'

const observed = observeInEachTest()

function post(
  server: RunningProcess,
  body: object,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${server.address}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', traceparent, ...headers },
    body: JSON.stringify(body),
  })
}

test('records one completion as a server span with its three phases, and says so in one log line', async () => {
  const server = await observed.start()
  const content = `${turn.messages[0]?.content} ${canary}`
  const response = await post(server, {
    ...turn,
    messages: [{ role: 'user', content }],
    stream: true,
  })
  const answer = await response.text()
  expect((await fetch(`${server.address}/readyz`)).status).toBe(200)
  expect(await server.stop()).toBe(0)

  const { receiver } = observed
  const trace = receiver.trace(traceId)
  expect(receiver.traces).toEqual([trace])
  const tree = buildTree(trace, { callers: [callerSpanId] })
  const tokens: ShowAttribute = (count) => (Number(count) > 20 ? 'many' : String(count))
  expect(tree).toMatchTree(
    `
    POST /v1/chat/completions  SERVER    model-server
    ├ queue                    INTERNAL  model-server
    ├ prefill                  INTERNAL  model-server  gen_ai.usage.input_tokens=many
    └ decode                   INTERNAL  model-server  gen_ai.usage.output_tokens=many  * first token
    `,
    {
      attributes: { 'gen_ai.usage.input_tokens': tokens, 'gen_ai.usage.output_tokens': tokens },
      events: true,
    },
  )
  const [{ span: root, children: phases = [] } = {}] = tree.roots
  expect(phases.map(({ span }) => span.name)).toEqual(['queue', 'prefill', 'decode'])

  const line = server.lines.find(({ msg }) => msg === 'completion finished')
  expect(line).toMatchObject({ level: 'info', trace_id: traceId, span_id: root?.spanId })
  expect(trace.logs).toMatchObject([{ body: 'completion finished', spanId: root?.spanId }])

  expect([...receiver.metricNames]).toEqual(
    expect.arrayContaining([
      'gen_ai.server.request.duration',
      'gen_ai.server.time_to_first_token',
      'gen_ai.server.time_per_output_token',
      'http.server.request.duration',
      'throughline.model.queue_depth',
    ]),
  )
  const said = [...answer.matchAll(/"delta":{"content":"(.*?)"},"logprobs"/g)]
    .map(([, text]) => JSON.parse(`"${text}"`))
    .join('')
  // What follows a word that the model cannot know is anybody’s guess, but it is an answer.
  expect(said).toMatch(/^{"\w+":".+/)
  const told = observed.told()
  const secrets = [canary, ...said.split(/[".{}]/).filter((phrase) => phrase.length > 8)]
  expect(secrets.filter((phrase) => told.includes(phrase))).toEqual([])
})

test('fails on request in a demonstration, and leaves other requests alone', async () => {
  const server = await observed.start({ DEMO: 'true' })
  const response = await post(server, turn, { baggage: 'throughline.fault=model-error' })
  expect(response.status).toBe(500)
  expect(await response.json()).toMatchObject({ error: { code: 'model_error' } })
  expect((await post(server, turn)).status).toBe(200)
  await server.stop()

  const failed = observed.receiver.spans.filter(({ status }) => status === 'ERROR')
  expect(failed.map(({ name }) => name)).toEqual(['POST /v1/chat/completions'])
  const warning = server.lines.find(({ level }) => level === 'warn')
  expect(warning).toMatchObject({ msg: 'request failed', trace_id: traceId })
})

test('does not fail on request otherwise', async () => {
  const server = await observed.start()
  expect((await post(server, turn, { baggage: 'throughline.fault=model-error' })).status).toBe(200)
})

test('takes its engine along when it is killed', async () => {
  const server = await observed.start({ OTEL_SDK_DISABLED: 'true', LOG_LEVEL: 'debug' })
  const loaded = server.lines.find(({ msg }) => msg === 'model loaded')
  const enginePid = Number(loaded?.enginePid)
  expect(isAlive(enginePid)).toBe(true)
  server.child.kill('SIGKILL')
  await vi.waitFor(() => expect(isAlive(enginePid)).toBe(false), { timeout: 5_000 })
})

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    // No such process: nothing else is asked with signal 0.
    return false
  }
}
