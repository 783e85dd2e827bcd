import { context, trace } from '@opentelemetry/api'
import { beforeEach, expect, test } from 'vitest'
import { recordInProcess } from '../fixtures/record-in-process.ts'
import { createPrismaInstrumentation } from './instrument-prisma.ts'
import { withSpan } from './with-span.ts'

/** Where Prisma's client looks for whoever wants to hear of its work. */
interface TracingHelper {
  runInChildSpan<Result>(span: { name: string }, fn: () => Result): Result
}

const recorder = recordInProcess()
const instrumentation = createPrismaInstrumentation()
instrumentation.setTracerProvider(trace.getTracerProvider())
instrumentation.enable()
const { helper } = (globalThis as unknown as { PRISMA_INSTRUMENTATION: { helper: TracingHelper } })
  .PRISMA_INSTRUMENTATION

const query = () =>
  helper.runInChildSpan({ name: 'operation' }, () =>
    helper.runInChildSpan({ name: 'db_query' }, () => withSpan('as pg does', {}, () => {})),
  )

beforeEach(() => recorder.reset())

test('records an operation and what is below it, but not the query twice', async () => {
  await withSpan('outer', {}, query)
  expect(recorder.spans.map(({ name }) => name)).toEqual([
    'as pg does',
    'prisma:client:operation',
    'outer',
  ])
})

test('records nothing outside of a trace', async () => {
  await query()
  expect(trace.getSpan(context.active())).toBeUndefined()
  expect(recorder.spans).toEqual([])
})
