// The newest traces, in memory, within a limit of bytes. When it is full, whole traces go: the one that has been
// silent longest first, because half a trace misleads more than none.
import type { StatsJson } from '../api/trace-json.ts'
import { LinkIndex } from './link-index.ts'
import { LooseLogs } from './loose-logs.ts'
import { logSize, spanSize } from './record-size.ts'
import { type Batch, type LogRecord, reject, type SpanRecord } from './records.ts'
import { ResourceTable } from './resource-table.ts'
import { StoredTrace } from './stored-trace.ts'

export interface StoreLimits {
  readonly maxBytes: number
  readonly maxTraceSpans: number
}

export type Change = 'changed' | 'removed'
export type ChangeListener = (traceId: string, change: Change) => void

/** No trace may push all others out. */
const traceShare = 4
const looseLogsShare = 16
const traceBytes = 600
const mostRememberedEvictions = 10_000

export class TraceStore {
  readonly #limits: StoreLimits
  readonly #now: () => number
  /** In order of the last arrival. */
  readonly #traces = new Map<string, StoredTrace>()
  readonly #evicted = new Set<string>()
  readonly #links = new LinkIndex()
  readonly #resources = new ResourceTable()
  readonly #listeners = new Set<ChangeListener>()
  readonly #looseLogs: LooseLogs
  #bytes = 0
  #spanCount = 0
  #logCount = 0
  #revision = 0
  readonly #accepted = { spans: 0, logs: 0 }
  readonly #refused = { spans: 0, logs: 0, requests: 0 }
  readonly #evictions = { traces: 0, spans: 0, logs: 0 }

  constructor(limits: StoreLimits, now: () => number = () => performance.now()) {
    this.#limits = limits
    this.#now = now
    this.#looseLogs = new LooseLogs(limits.maxBytes / looseLogsShare)
  }

  addSpans(batch: Batch<SpanRecord>): void {
    const changed = new Set<string>()
    this.#revision += 1
    for (const span of batch.records) {
      if (this.#putSpan(span, changed)) this.#accepted.spans += 1
      else reject(batch, 'the trace has reached its limit of spans or bytes')
    }
    this.#refused.spans += batch.rejected
    this.#finish(changed)
  }

  addLogs(batch: Batch<LogRecord>): void {
    const changed = new Set<string>()
    this.#revision += 1
    for (const log of batch.records) {
      if (this.#putLog(log, changed)) this.#accepted.logs += 1
      else reject(batch, 'the trace has reached its limit of bytes')
    }
    this.#refused.logs += batch.rejected
    this.#finish(changed)
  }

  noteRefusedRequest(): void {
    this.#refused.requests += 1
  }

  get(traceId: string): StoredTrace | undefined {
    return this.#traces.get(traceId)
  }

  /** In order of the last arrival. */
  all(): Iterable<StoredTrace> {
    return this.#traces.values()
  }

  linksTo(traceId: string, spanId: string): ReadonlySet<SpanRecord> {
    return this.#links.to(traceId, spanId)
  }

  /** Records that belong to no trace, newest last. */
  looseLogs(): readonly LogRecord[] {
    return this.#looseLogs.records
  }

  /** How long ago the trace last grew. */
  silentMs(trace: StoredTrace): number {
    return this.#now() - trace.lastArrivalMs
  }

  clear(): void {
    for (const trace of [...this.#traces.values()]) this.#remove(trace)
    this.#looseLogs.clear()
    this.#evicted.clear()
  }

  /** Called after every batch, once for each trace that it changed. */
  onChange(listener: ChangeListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  stats(): StatsJson {
    return {
      traces: this.#traces.size,
      spans: this.#spanCount,
      logs: this.#logCount + this.#looseLogs.records.length,
      bytes: this.#bytes + this.#looseLogs.bytes,
      maxBytes: this.#limits.maxBytes,
      accepted: { ...this.#accepted },
      refused: { ...this.#refused },
      evicted: { ...this.#evictions },
    }
  }

  #putSpan(span: SpanRecord, changed: Set<string>): boolean {
    const trace = this.#open(span.traceId)
    changed.add(span.traceId)
    const isNew = !trace.spans.has(span.spanId)
    const isFull = isNew && trace.spans.size >= this.#limits.maxTraceSpans
    span.resource = this.#resources.keep(span.resource)
    if (isFull || this.#isTooLarge(trace, span, spanSize(span))) {
      trace.droppedSpans += 1
      return false
    }
    span.revision = this.#revision
    const bytesBefore = trace.bytes
    const replaced = trace.putSpan(span)
    this.#bytes += trace.bytes - bytesBefore
    if (replaced) this.#links.remove(replaced)
    else this.#spanCount += 1
    this.#links.add(span)
    for (const link of span.links) this.#touchLinked(link.traceId, link.spanId, changed)
    return true
  }

  #putLog(log: LogRecord, changed: Set<string>): boolean {
    log.resource = this.#resources.keep(log.resource)
    log.revision = this.#revision
    if (log.traceId === null) {
      this.#looseLogs.add(log)
      return true
    }
    const trace = this.#open(log.traceId)
    changed.add(log.traceId)
    if (this.#isTooLarge(trace, log, logSize(log))) return false
    const bytesBefore = trace.bytes
    trace.addLog(log)
    this.#bytes += trace.bytes - bytesBefore
    this.#logCount += 1
    return true
  }

  #isTooLarge(trace: StoredTrace, record: SpanRecord | LogRecord, recordBytes: number): boolean {
    const bytes = trace.bytes + recordBytes + trace.bytesToAdd(record.resource)
    return bytes > this.#limits.maxBytes / traceShare
  }

  /** The target of a link can now show the way back. */
  #touchLinked(traceId: string, spanId: string, changed: Set<string>): void {
    const target = this.#traces.get(traceId)?.spans.get(spanId)
    if (!target) return
    target.revision = this.#revision
    changed.add(traceId)
  }

  #open(traceId: string): StoredTrace {
    let trace = this.#traces.get(traceId)
    if (trace) {
      this.#traces.delete(traceId)
    } else {
      trace = new StoredTrace(traceId, this.#evicted.has(traceId), (spanId) =>
        this.#links.to(traceId, spanId),
      )
      trace.bytes = traceBytes
      this.#bytes += traceBytes
    }
    this.#traces.set(traceId, trace)
    trace.lastArrivalMs = this.#now()
    return trace
  }

  #finish(changed: ReadonlySet<string>): void {
    for (const traceId of changed) this.#traces.get(traceId)?.touch(this.#revision)
    this.#evictOldest()
    for (const traceId of changed) {
      if (this.#traces.has(traceId)) this.#tell(traceId, 'changed')
    }
  }

  #evictOldest(): void {
    for (const trace of this.#traces.values()) {
      if (this.#bytes + this.#looseLogs.bytes <= this.#limits.maxBytes) return
      this.#remove(trace)
      this.#evictions.traces += 1
      this.#evictions.spans += trace.spans.size
      this.#evictions.logs += trace.logs.length
      if (this.#evicted.size >= mostRememberedEvictions) this.#evicted.clear()
      this.#evicted.add(trace.traceId)
    }
  }

  #remove(trace: StoredTrace): void {
    this.#traces.delete(trace.traceId)
    this.#bytes -= trace.bytes
    this.#spanCount -= trace.spans.size
    this.#logCount -= trace.logs.length
    for (const span of trace.spans.values()) this.#links.remove(span)
    this.#tell(trace.traceId, 'removed')
  }

  #tell(traceId: string, change: Change): void {
    for (const listener of this.#listeners) listener(traceId, change)
  }
}
