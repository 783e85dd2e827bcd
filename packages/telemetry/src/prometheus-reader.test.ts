import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { startReceiver } from '@throughline/trace-testing/receiver'
import { expect, onTestFinished, test } from 'vitest'
import { findFreePort } from '../fixtures/free-port.ts'
import { runScript } from '../fixtures/run-script.ts'

test('OTEL_METRICS_EXPORTER=prometheus serves our metrics under the names that Prometheus gives them', async () => {
  const port = String(await findFreePort())
  const { code, stdout, stderr } = await runScript('served-metrics', {
    args: [port],
    env: {
      OTEL_METRICS_EXPORTER: 'prometheus',
      OTEL_EXPORTER_PROMETHEUS_PORT: port,
      OTEL_TRACES_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
    },
  })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const ours = stdout
    .split('\n')
    .filter((line) => /^(# TYPE )?throughline/.test(line))
    .map((line) => line.replace(/,?otel_scope_name="throughline",?/, '').replace('{}', ''))
  expect(`\n${ours.join('\n')}\n`).toMatchInlineSnapshot(`
    "
    # TYPE throughline_tasks_started_total counter
    throughline_tasks_started_total{tenant="a\\"b"} 3
    # TYPE throughline_rate_limit_tokens_remaining gauge
    throughline_rate_limit_tokens_remaining 9
    # TYPE throughline_workers_active gauge
    throughline_workers_active 2
    # TYPE throughline_sent_bytes_total counter
    throughline_sent_bytes_total 7
    # TYPE throughline_usage_ratio gauge
    throughline_usage_ratio 0.5
    # TYPE throughline_speed_bytes_per_second gauge
    throughline_speed_bytes_per_second 9
    # TYPE throughline_checkpoint_size_bytes histogram
    throughline_checkpoint_size_bytes_count 1
    throughline_checkpoint_size_bytes_sum 100
    throughline_checkpoint_size_bytes_bucket{le="256"} 1
    throughline_checkpoint_size_bytes_bucket{le="1024"} 1
    throughline_checkpoint_size_bytes_bucket{le="4096"} 1
    throughline_checkpoint_size_bytes_bucket{le="16384"} 1
    throughline_checkpoint_size_bytes_bucket{le="65536"} 1
    throughline_checkpoint_size_bytes_bucket{le="262144"} 1
    throughline_checkpoint_size_bytes_bucket{le="+Inf"} 1
    # TYPE throughline_took_seconds histogram
    throughline_took_seconds_count 1
    throughline_took_seconds_sum 2
    throughline_took_seconds_bucket{le="1"} 0
    throughline_took_seconds_bucket{le="5"} 1
    throughline_took_seconds_bucket{le="+Inf"} 1
    "
  `)
  expect(stdout).toContain('nodejs_eventloop_utilization_ratio')
  expect(stdout).toContain('v8js_memory_heap_used_bytes')
})

test('serves and sends at once: prometheus,otlp', async () => {
  await using receiver = await startReceiver()
  const port = String(await findFreePort())
  const { code, stdout } = await runScript('served-metrics', {
    args: [port],
    env: {
      ...receiver.env,
      OTEL_METRICS_EXPORTER: 'prometheus,otlp',
      OTEL_EXPORTER_PROMETHEUS_PORT: port,
    },
  })
  expect(code).toBe(0)
  expect(stdout).toContain('throughline_tasks_started_total')
  expect(receiver.metricNames).toContain('throughline.tasks.started')
})

test('names the variable when the port is taken, and the app runs on', async () => {
  const other = createServer().listen(0, 'localhost')
  onTestFinished(() => void other.close())
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  const { code, stderr } = await runScript('one-span', {
    env: {
      OTEL_METRICS_EXPORTER: 'prometheus',
      OTEL_EXPORTER_PROMETHEUS_PORT: String(port),
      OTEL_TRACES_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
    },
  })
  expect(code).toBe(0)
  expect(stderr).toContain('EADDRINUSE')
  expect(stderr).toContain('OTEL_EXPORTER_PROMETHEUS_PORT')
})
