import { startReceiver } from '@throughline/trace-testing/receiver'
import { expect, test } from 'vitest'
import { draw } from '../fixtures/record-script.ts'
import { runScript } from '../fixtures/run-script.ts'
import { createSpanProcessors } from './span-processors.ts'
import { wordlessSpans } from './wordless-spans.ts'

const only = { OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' }

/** What a run has in common with every other. */
function withoutVarying(text: string): string {
  return text.replace(/[0-9a-f]{32}/g, '<trace>').replace(/ +[\d.]+ +m?s\b/g, ' <time>')
}

test('OTEL_TRACES_EXPORTER=console draws each trace as a tree on standard error', async () => {
  const { code, stdout, stderr } = await runScript('one-span', {
    env: { ...only, OTEL_TRACES_EXPORTER: 'console' },
  })
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
  expect(`\n${withoutVarying(stderr)}`).toMatchInlineSnapshot(`
    "
    trace <trace>  telemetry  2 spans
    GET /     SERVER <time>  http.response.status_code=200
    └ answer  INTERNAL <time>

    trace <trace>  telemetry  2 spans
    GET /     SERVER <time>  http.response.status_code=200
    └ answer  INTERNAL <time>

    "
  `)
})

test('draws in colours where they are wanted', async () => {
  const env = { ...only, OTEL_TRACES_EXPORTER: 'console', FORCE_COLOR: '1' }
  const { stderr } = await runScript('one-span', { env })
  expect(stderr).toContain('\u001b[32mSERVER')
})

test('draws what a script recorded that ends without a shutdown', async () => {
  const env = { ...only, OTEL_TRACES_EXPORTER: 'console' }
  const { code, stderr } = await runScript('no-shutdown', { env })
  expect(code).toBe(3)
  expect(stderr).toContain('done')
  expect(stderr).toContain('unfinished')
})

test('draws and sends at once: otlp,console', async () => {
  await using receiver = await startReceiver()
  const env = { ...receiver.env, ...only, OTEL_TRACES_EXPORTER: ' otlp, console' }
  const { code, stderr } = await runScript('one-span', { env })
  expect(code).toBe(0)
  expect(stderr.match(/answer/g)).toHaveLength(2)
  expect(draw(receiver)).toMatchInlineSnapshot(`
    "
    GET /     SERVER    telemetry
    └ answer  INTERNAL  telemetry

    GET /     SERVER    telemetry
    └ answer  INTERNAL  telemetry
    "
  `)
})

test.each(['none', 'otlp,none'])('draws and sends nothing: %s', async (value) => {
  await using receiver = await startReceiver()
  const env = { ...receiver.env, ...only, OTEL_TRACES_EXPORTER: value }
  const outcome = await runScript('one-span', { env })
  expect(outcome).toEqual({ code: 0, stdout: '', stderr: '' })
  expect(receiver.requests).toEqual([])
})

test('what keeps words out of spans comes before what exports them', async () => {
  const [first, ...others] = await createSpanProcessors({ OTEL_TRACES_EXPORTER: 'console' })
  expect(first).toBe(wordlessSpans)
  expect(others).toHaveLength(1)
  expect(await createSpanProcessors({ OTEL_TRACES_EXPORTER: 'none' })).toEqual([])
})
