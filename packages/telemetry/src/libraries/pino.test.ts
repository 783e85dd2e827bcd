import { context, logs, ROOT_CONTEXT, TraceFlags, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  InMemoryLogRecordExporter,
  LoggerProvider,
  SimpleLogRecordProcessor,
} from '@opentelemetry/sdk-logs'
import pino from 'pino'
import { beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { patchesOf } from '../patches-of.ts'
import { withoutRequireHook } from '../without-require-hook.ts'
import { instrumentations } from './pino.ts'

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager())
  return () => context.disable()
})

const traceId = '0af7651916cd43dd8448eb211c80319c'
const span = { traceId, spanId: 'b7ad6b7169203331', traceFlags: TraceFlags.SAMPLED }

/** One line, and how often it was read. */
function write(): { line: string; timesRead: number } {
  const folder = new URL('../../node_modules/pino', import.meta.url).pathname
  const [patch] = withoutRequireHook(instrumentations).flatMap(patchesOf)
  const patched = patch?.apply(pino, 'pino', folder) as typeof pino
  const lines: string[] = []
  const logger = patched.pino({}, { write: (line) => lines.push(line) })
  const parse = vi.spyOn(JSON, 'parse')
  context.with(trace.setSpanContext(ROOT_CONTEXT, span), () => logger.info('sold'))
  const timesRead = parse.mock.calls.length
  parse.mockRestore()
  return { line: lines.join(), timesRead }
}

test('a line of which nobody wants a record has its ids, and is not read again', () => {
  const { line, timesRead } = write()
  expect(JSON.parse(line)).toMatchObject({ msg: 'sold', trace_id: traceId, span_id: span.spanId })
  expect(timesRead).toBe(0)
})

test('a line is read once, and recorded', () => {
  const exporter = new InMemoryLogRecordExporter()
  const processors = [new SimpleLogRecordProcessor({ exporter })]
  logs.setGlobalLoggerProvider(new LoggerProvider({ processors }))
  onTestFinished(() => logs.disable())
  expect(write().timesRead).toBe(1)
  expect(exporter.getFinishedLogRecords().map(({ body }) => body)).toEqual(['sold'])
})
