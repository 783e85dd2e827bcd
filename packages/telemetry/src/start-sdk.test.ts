import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startReceiver } from '../fixtures/otlp-receiver.ts'
import { recordScript } from '../fixtures/record-script.ts'
import { runScript } from '../fixtures/run-script.ts'

test('names the service after its package, and says nothing of its command line', async () => {
  const { resource } = await recordScript('one-span', { args: ['--password=hunter2'] })
  expect(resource).toMatchObject({
    'service.name': 'telemetry',
    'service.namespace': 'throughline',
    'service.version': '0.1.0',
  })
  expect(JSON.stringify(resource)).not.toContain('hunter2')
})

test('lets the standard variables win', async () => {
  const { resource } = await recordScript('one-span', {
    env: {
      OTEL_SERVICE_NAME: 'mine',
      OTEL_RESOURCE_ATTRIBUTES: 'service.namespace=ours,service.version=9',
    },
  })
  expect(resource).toMatchObject({
    'service.name': 'mine',
    'service.namespace': 'ours',
    'service.version': '9',
  })
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
