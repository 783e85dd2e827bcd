import { ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api'
import { AlwaysOffSampler, type Sampler, TracerProvider } from '@opentelemetry/sdk-trace'
import { expect, onTestFinished, test } from 'vitest'
import { TracePrinter, type TracePrinterSettings } from './trace-printer.ts'

/** A printer that waits for ever, but for what a test sets, and what it has drawn. */
function startPrinter(bounds: TracePrinterSettings['bounds'] = {}, sampler?: Sampler) {
  const drawn: string[] = []
  const never = 3_600_000
  const printer = new TracePrinter({
    write: (text) => drawn.push(text),
    paint: (_, text) => text,
    bounds: { settleMs: never, stragglersMs: never, patienceMs: never, ...bounds },
  })
  const provider = new TracerProvider({ spanProcessors: [printer], ...(sampler && { sampler }) })
  onTestFinished(() => provider.shutdown())
  const start = (name: string, parent?: Span) =>
    provider
      .getTracer('test')
      .startSpan(name, {}, parent ? trace.setSpan(ROOT_CONTEXT, parent) : ROOT_CONTEXT)
  return { provider, start, trees: () => drawn.map(withoutTimes) }
}

/** Without the head line, kinds and durations. */
function withoutTimes(text: string): string[] {
  const lines = text.trimEnd().split('\n').slice(1)
  return lines.map((line) => line.replace(/ +INTERNAL +[\d.]+ +m?s/, ''))
}

test('draws a trace when its last span has ended and nothing follows for a while', async () => {
  const { start, trees } = startPrinter({ settleMs: 30 })
  const root = start('root')
  const child = start('child', root)
  root.end()
  start('late', root).end()
  child.end()
  // Before the while is over, in which it would have been drawn without this.
  start('follows', root).end()
  expect(trees()).toEqual([])
  await expect.poll(trees).toEqual([['root', '├ child', '├ late', '└ follows']])
})

test('keeps traces apart', async () => {
  const { start, trees } = startPrinter({ settleMs: 1 })
  const [one, other] = [start('one'), start('other')]
  start('of one', one).end()
  other.end()
  await expect.poll(trees).toEqual([['other']])
  one.end()
  await expect.poll(trees).toEqual([['other'], ['one', '└ of one']])
})

test('waits for children that outlive their root, within a bound, and draws them again when they end', async () => {
  const { start, trees } = startPrinter({ stragglersMs: 20, settleMs: 1 })
  const root = start('root')
  const child = start('child', root)
  root.end()
  await expect.poll(trees).toEqual([['root', '└ child  unfinished']])
  child.end()
  const { spanId } = root.spanContext()
  await expect.poll(() => trees()[1]).toEqual([`child  ← below span ${spanId}, which is not here`])
})

test('draws a trace that never comes to an end as far as it has come', async () => {
  const { start, trees } = startPrinter({ patienceMs: 20 })
  const root = start('root')
  start('child', root).end()
  await expect.poll(trees).toEqual([['root  unfinished', '└ child']])
})

test('holds a bounded number of spans: the oldest trace is drawn to make room', () => {
  const { start, trees } = startPrinter({ maxSpans: 3 })
  const oldest = start('oldest')
  start('of the oldest', oldest).end()
  start('second')
  expect(trees()).toEqual([])
  start('third')
  expect(trees()).toEqual([['oldest  unfinished', '└ of the oldest']])
  start('fourth')
  expect(trees()).toHaveLength(1)
  start('fifth')
  expect(trees()[1]).toEqual(['second  unfinished'])
})

test('draws what is left at shutdown', async () => {
  const { start, trees, provider } = startPrinter()
  start('done').end()
  const open = start('open')
  await provider.forceFlush()
  expect(trees()).toEqual([['done']])
  start('child', open)
  await provider.shutdown()
  expect(trees()).toEqual([['done'], ['open  unfinished', '└ child  unfinished']])
})

test('draws nothing of a trace that is not sampled', async () => {
  const { start, trees, provider } = startPrinter({}, new AlwaysOffSampler())
  start('root').end()
  await provider.shutdown()
  expect(trees()).toEqual([])
})
