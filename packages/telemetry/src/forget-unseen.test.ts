import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { expect, onTestFinished, test } from 'vitest'
import { forgetUnseen } from './forget-unseen.ts'

test('an observable gauge tells what is there, and not what was; counters and told gauges go on', async () => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const reader = forgetUnseen(new PeriodicExportingMetricReader({ exporter }))
  const provider = new MeterProvider({ readers: [reader] })
  onTestFinished(() => provider.shutdown())
  const meter = provider.getMeter('test')
  const there = new Map([
    ['a', 1],
    ['b', 2],
  ])
  meter.createObservableGauge('tasks').addCallback((result) => {
    for (const [worker, tasks] of there) result.observe(tasks, { worker })
  })
  meter.createCounter('done').add(3)
  meter.createGauge('level').record(4)

  const told = async () => {
    exporter.reset()
    await provider.forceFlush()
    const scopes = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics)
    const metrics = scopes.flatMap((scope) => scope.metrics)
    return Object.fromEntries(
      metrics.map(({ descriptor, dataPoints }) => [
        descriptor.name,
        dataPoints.map(({ value }) => value),
      ]),
    )
  }
  expect(await told()).toEqual({ tasks: [1, 2], done: [3], level: [4] })
  there.delete('a')
  there.set('b', 5)
  expect(await told()).toEqual({ tasks: [5], done: [3], level: [4] })
  there.clear()
  expect(await told()).toEqual({ done: [3], level: [4] })
  there.set('a', 6)
  expect(await told()).toEqual({ tasks: [6], done: [3], level: [4] })
})
