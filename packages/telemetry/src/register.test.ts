import { startReceiver } from '@throughline/trace-testing/receiver'
import { expect, test } from 'vitest'
import { leaveOut } from '../fixtures/leave-out.ts'
import { runScript } from '../fixtures/run-script.ts'

const everything = ['grpc', 'http', 'ioredis', 'openai', 'pg', 'pino', 'prisma']
const names = (patched: boolean) => Object.fromEntries(everything.map((name) => [name, patched]))

test('patches what the list names', async () => {
  const { stdout } = await runScript('print-patched', { env: { OTEL_TRACES_EXPORTER: 'none' } })
  expect(JSON.parse(stdout)).toEqual(names(true))
})

test('patches nothing and sends nothing when the SDK is disabled', async () => {
  await using receiver = await startReceiver()
  const env = { ...receiver.env, OTEL_SDK_DISABLED: 'true' }
  const { stdout } = await runScript('print-patched', { env })
  expect(JSON.parse(stdout)).toEqual(names(false))

  const hops = await runScript('hops', { env })
  expect(hops).toMatchObject({ code: 0, stderr: '' })
  expect(hops.stdout).toContain('"msg":"reached"')
  expect(receiver.requests).toEqual([])
})

test('leaves worker threads alone', async () => {
  const { stdout } = await runScript('in-worker', { env: { OTEL_TRACES_EXPORTER: 'none' } })
  expect(JSON.parse(stdout)).toEqual(names(false))
})

test('names the package without which nothing can be recorded, and the app runs on', async () => {
  const { code, stderr } = await runScript('one-span', {
    env: { OTEL_TRACES_EXPORTER: 'none', ...leaveOut('@opentelemetry/sdk-logs') },
  })
  expect(code).toBe(0)
  expect(stderr).toContain("Nothing is recorded: Cannot find package '@opentelemetry/sdk-logs")
})
