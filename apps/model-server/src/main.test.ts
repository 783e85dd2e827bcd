import { afterEach, expect, test, vi } from 'vitest'
import { type OtlpReceiver, startOtlpReceiver } from './testing/otlp-receiver.ts'
import { turn } from './testing/running-app.ts'
import { type RunningProcess, startProcess } from './testing/running-process.ts'

const traceId = '0af7651916cd43dd8448eb211c80319c'
const callerSpanId = 'b7ad6b7169203331'
const traceparent = `00-${traceId}-${callerSpanId}-01`
const canary = 'tigerlily'

let receiver: OtlpReceiver
let server: RunningProcess
afterEach(async () => {
  server.child.kill('SIGKILL')
  await server.exited
  receiver.close()
})

async function start(env: Record<string, string> = {}): Promise<void> {
  receiver = await startOtlpReceiver()
  server = await startProcess({
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    ...env,
  })
}

function post(body: object, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${server.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', traceparent, ...headers },
    body: JSON.stringify(body),
  })
}

async function stop(): Promise<number | null> {
  server.child.kill('SIGTERM')
  return server.exited
}

test('records one completion as a server span with its three phases, and says so in one log line', async () => {
  await start()
  const content = `${turn.messages[0]?.content} ${canary}`
  const response = await post({ ...turn, messages: [{ role: 'user', content }], stream: true })
  const answer = await response.text()
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200)
  expect(await stop()).toBe(0)

  const root = receiver.spans.find(({ parentSpanId }) => parentSpanId === callerSpanId)
  expect(root).toMatchObject({ name: 'POST /v1/chat/completions', kind: 2, traceId })
  const phases = receiver.spans
    .filter((span) => span !== root)
    .toSorted((a, b) => Number(BigInt(a.startTimeUnixNano) - BigInt(b.startTimeUnixNano)))
  expect(phases).toMatchObject(
    ['queue', 'prefill', 'decode'].map((name) => ({
      name,
      kind: 1,
      traceId,
      parentSpanId: root?.spanId,
      status: { code: 0 },
    })),
  )
  const [queue, prefill, decode] = phases
  expect(attributeOf(prefill, 'gen_ai.usage.input_tokens')).toBeGreaterThan(20)
  expect(attributeOf(decode, 'gen_ai.usage.output_tokens')).toBeGreaterThan(20)
  expect([queue, prefill, decode].map((span) => span?.events.map(({ name }) => name))).toEqual([
    [],
    [],
    ['first token'],
  ])

  const line = linesOf(server.output()).find(({ msg }) => msg === 'completion finished')
  expect(line).toMatchObject({ level: 'info', trace_id: traceId, span_id: root?.spanId })
  const inTrace = receiver.logs.filter((log) => log.traceId === traceId)
  expect(inTrace).toMatchObject([{ body: { stringValue: 'completion finished' } }])

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
  expect(said).toMatch(/^{"action":.*"}$/)
  const told = [...receiver.raw, server.output()].join('\n')
  const secrets = [canary, ...said.split(/[".{}]/).filter((phrase) => phrase.length > 8)]
  expect(secrets.filter((phrase) => told.includes(phrase))).toEqual([])
})

test('fails on request in a demonstration, and leaves other requests alone', async () => {
  await start({ DEMO: 'true' })
  const response = await post(turn, { baggage: 'throughline.fault=model-error' })
  expect(response.status).toBe(500)
  expect(await response.json()).toMatchObject({ error: { code: 'model_error' } })
  expect((await post(turn)).status).toBe(200)
  await stop()

  const failed = receiver.spans.filter(({ status }) => status.code === 2)
  expect(failed.map(({ name }) => name)).toEqual(['POST /v1/chat/completions'])
  const warning = linesOf(server.output()).find(({ level }) => level === 'warn')
  expect(warning).toMatchObject({ msg: 'request failed', trace_id: traceId })
})

test('does not fail on request otherwise', async () => {
  await start()
  expect((await post(turn, { baggage: 'throughline.fault=model-error' })).status).toBe(200)
})

test('takes its engine along when it is killed', async () => {
  await start({ OTEL_SDK_DISABLED: 'true', LOG_LEVEL: 'debug' })
  const loaded = linesOf(server.output()).find(({ msg }) => msg === 'model loaded')
  const enginePid = Number(loaded?.enginePid)
  expect(isAlive(enginePid)).toBe(true)
  server.child.kill('SIGKILL')
  await vi.waitFor(() => expect(isAlive(enginePid)).toBe(false), { timeout: 5_000 })
})

function attributeOf(span: OtlpReceiver['spans'][number] | undefined, key: string): number {
  const value = span?.attributes.find((attribute) => attribute.key === key)?.value
  return Number(value?.intValue)
}

function linesOf(output: string): Record<string, unknown>[] {
  return output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line))
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    // No such process: nothing else is asked with signal 0.
    return false
  }
}
