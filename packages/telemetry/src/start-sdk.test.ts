import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startReceiver } from '@throughline/trace-testing/receiver'
import { expect, onTestFinished, test } from 'vitest'
import { recordScript } from '../fixtures/record-script.ts'
import { runScript } from '../fixtures/run-script.ts'

test('names the service after its package, and says nothing of its command line', async () => {
  const { received } = await recordScript('one-span', { args: ['--password=hunter2'] })
  expect(received.resources).toMatchObject([
    {
      'service.name': 'telemetry',
      'service.namespace': 'throughline',
      'service.version': '0.1.0',
    },
  ])
  expect(JSON.stringify(received.requests)).not.toContain('hunter2')
})

test('lets the standard variables win', async () => {
  const { received } = await recordScript('one-span', {
    env: {
      OTEL_SERVICE_NAME: 'mine',
      OTEL_RESOURCE_ATTRIBUTES: 'service.namespace=ours,service.version=9',
    },
  })
  expect(received.resources).toMatchObject([
    { 'service.name': 'mine', 'service.namespace': 'ours', 'service.version': '9' },
  ])
})

test('keeps the metrics of instrumentations when a file configures the SDK', async () => {
  await using receiver = await startReceiver()
  const folder = await mkdtemp(join(tmpdir(), 'throughline-telemetry-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'otel.yaml')
  const endpoint = `${receiver.url}/v1/metrics`
  await writeFile(
    file,
    `file_format: "1.0"
meter_provider:
  readers:
    - periodic:
        exporter:
          otlp_http: { endpoint: "${endpoint}", encoding: json }
`,
  )
  const { code, stderr } = await runScript('one-span', { env: { OTEL_CONFIG_FILE: file } })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(receiver.metricNames).toContain('nodejs.eventloop.utilization')
  expect(receiver.metricNames).toContain('http.server.request.duration')
})
