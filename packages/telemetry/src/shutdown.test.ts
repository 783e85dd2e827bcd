import type { ChildProcess } from 'node:child_process'
import { startReceiver } from '@throughline/trace-testing/receiver'
import { expect, test } from 'vitest'
import { draw } from '../fixtures/record-script.ts'
import { runScript } from '../fixtures/run-script.ts'

const stopWhenBusy = (output: string, child: ChildProcess) => {
  if (output.includes('busy')) child.kill('SIGTERM')
}

test('sends what the app records while it drains', async () => {
  await using receiver = await startReceiver()
  const env = { ...receiver.env, OTEL_BSP_SCHEDULE_DELAY: '60000' }
  const { code, stderr } = await runScript('server', { env, onOutput: stopWhenBusy })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(draw(receiver)).toMatchInlineSnapshot(`
    "
    GET /work          SERVER    telemetry
    └ finish the work  INTERNAL  telemetry
    "
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
  const { code, stdout } = await runScript('server', {
    env: receiver.env,
    onOutput: stopWhenBusy,
  })
  expect(code).toBe(0)
  expect(stdout).toContain('released')
  expect(receiver.requests.map(({ path }) => path)).toContain('/v1/traces')
})
