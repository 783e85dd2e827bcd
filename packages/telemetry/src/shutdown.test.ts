import type { ChildProcess } from 'node:child_process'
import { expect, test } from 'vitest'
import { startReceiver } from '../fixtures/otlp-receiver.ts'
import { outline } from '../fixtures/outline.ts'
import { runScript } from '../fixtures/run-script.ts'

const stopWhenBusy = (output: string, child: ChildProcess) => {
  if (output.includes('busy')) child.kill('SIGTERM')
}

test('sends what the app records while it drains', async () => {
  await using receiver = await startReceiver()
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_BSP_SCHEDULE_DELAY: '60000' }
  const { code, stderr } = await runScript('server', { env, onOutput: stopWhenBusy })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(outline(receiver.spans)).toMatchInlineSnapshot(`
    "GET /work SERVER
      finish the work INTERNAL"
  `)
})

test('ends in time when the receiver is down', async () => {
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' }
  const { code, stdout } = await runScript('server', { env, onOutput: stopWhenBusy })
  expect(code).toBe(0)
  expect(stdout).toContain('released')
})

test('ends in time when the receiver never answers', async () => {
  await using receiver = await startReceiver({ hang: true })
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url }
  const { code, stdout } = await runScript('server', { env, onOutput: stopWhenBusy })
  expect(code).toBe(0)
  expect(stdout).toContain('released')
  expect(receiver.requests).toBeGreaterThan(0)
})
