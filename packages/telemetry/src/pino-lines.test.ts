import { Writable } from 'node:stream'
import { context, logs, ROOT_CONTEXT, TraceFlags, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { PinoInstrumentation } from '@opentelemetry/instrumentation-pino'
import {
  InMemoryLogRecordExporter,
  LoggerProvider,
  SimpleLogRecordProcessor,
} from '@opentelemetry/sdk-logs'
import pino from 'pino'
import { afterEach, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { patchesOf } from './patches-of.ts'
import { PinoLines } from './pino-lines.ts'
import { withoutRequireHook } from './without-require-hook.ts'

const exporter = new InMemoryLogRecordExporter()
afterEach(() => exporter.reset())

beforeAll(() => {
  const processors = [new SimpleLogRecordProcessor({ exporter })]
  logs.setGlobalLoggerProvider(new LoggerProvider({ processors }))
  context.setGlobalContextManager(new AsyncLocalStorageContextManager())
  return () => {
    logs.disable()
    context.disable()
  }
})

const span = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  traceFlags: TraceFlags.SAMPLED,
}

const failure = new RangeError('too far')

/** What is written and recorded, by pino as one of the two has patched it. */
function write(Instrumentation: typeof PinoInstrumentation, options: pino.LoggerOptions) {
  const created = withoutRequireHook(() => new Instrumentation())
  const folder = new URL('../node_modules/pino', import.meta.url).pathname
  const [patch] = patchesOf(created)
  const patched = patch?.apply(pino, 'pino', folder) as typeof pino
  const lines: string[] = []
  const logger = patched.pino(options, { write: (line) => lines.push(line) })

  context.with(trace.setSpanContext(ROOT_CONTEXT, span), () => {
    logger.info({ list: ['bike', 2], deep: { password: 'x' }, 'otel.event.name': 'sold' }, 'größer')
    logger.child({ request: 'r1' }).warn('for %s', 'a child')
  })
  logger.error(failure)
  logger.fatal({ err: 'only words', none: undefined }, '')
  logger.info('after\nall')
  const records = exporter.getFinishedLogRecords().map((record) => ({
    ...{ severity: record.severityNumber, text: record.severityText, body: record.body },
    ...{ attributes: record.attributes, event: record.eventName, span: record.spanContext },
    ...{ scope: record.instrumentationScope.name, time: record.hrTime },
  }))
  exporter.reset()
  return { lines, records }
}

const at = '2026-01-02T03:04:05.678Z'

test('no stream comes between a line and its record', () => {
  const written = vi.spyOn(Writable.prototype, 'write')
  onTestFinished(() => written.mockRestore())
  expect(write(PinoLines, {}).records).toHaveLength(5)
  expect(written).not.toHaveBeenCalled()
})

test.each<[string, pino.LoggerOptions]>([
  ['its own settings', {}],
  ['ISO time, and labels for levels', { timestamp: pino.stdTimeFunctions.isoTime }],
  ['other keys', { messageKey: 'message', errorKey: 'error', base: { name: 'shop' } }],
  ['what is redacted', { redact: ['deep.password'] }],
  ['what a hook replaces', { hooks: { streamWrite: (line) => line.replaceAll('bike', 'car') } }],
  ['what a hook leaves no JSON of', { hooks: { streamWrite: (line) => line.slice(1) } }],
  ['levels of its own', { customLevels: { heard: 35 }, mixin: () => ({ list: 'mixed' }) }],
])('records are those of the instrumentation: %s', (_, options) => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date(at) })
  onTestFinished(() => void vi.useRealTimers())
  const expected = write(PinoInstrumentation, options)
  expect(write(PinoLines, options)).toEqual(expected)
  expect(expected.lines).toHaveLength(5)
})
