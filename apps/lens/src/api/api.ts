// The HTTP API over the store. See trace-json.ts for what each path answers.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import { incompleteReasons } from '../store/completeness.ts'
import type { TraceStore } from '../store/trace-store.ts'
import { Problem, sendJson } from './answers.ts'
import type { Completion } from './completion.ts'
import type { LiveEvents } from './live-events.ts'
import { logJson, summaryJson, traceJson } from './to-json.ts'
import { hasService, parseFilter } from './trace-filter.ts'
import type { LooseLogsJson, TraceListJson } from './trace-json.ts'

export interface ApiOptions {
  readonly store: TraceStore
  readonly completion: Completion
  readonly liveEvents: LiveEvents
}

export type Api = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void>

const traceId = z
  .string()
  .regex(/^[0-9a-f]{32}$/i, '32 hex digits')
  .toLowerCase()
const spanId = z
  .string()
  .regex(/^[0-9a-f]{16}$/i, '16 hex digits')
  .toLowerCase()
const longestWaitMs = 60_000
const duration = z
  .string()
  .regex(/^\d{1,6}(ms|s)$/, 'a time such as 5s or 500ms')
  .transform((text) => Number.parseInt(text, 10) * (text.endsWith('ms') ? 1 : 1_000))
  .refine((ms) => ms <= longestWaitMs, `at most ${longestWaitMs / 1_000}s`)

const listQuery = z.object({
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
  service: z.string().max(200).optional(),
  q: z.string().max(500).default(''),
})
const traceQuery = z.object({
  wait: z.literal('complete').optional(),
  timeout: duration.default(5_000),
  parent: spanId.optional(),
  since: z.coerce.number().int().min(0).optional(),
})
const eventsQuery = z.object({ trace: traceId.optional() })

export function createApi({ store, completion, liveEvents }: ApiOptions): Api {
  function listTraces(url: URL): TraceListJson {
    const { limit, service, q } = parseQuery(listQuery, url)
    const matches = parseFilter(q)
    const isOfService = service === undefined ? () => true : hasService(service)
    const found = [...store.all()].filter((trace) => isOfService(trace) && matches(trace))
    const newest = found
      .map((trace) => ({ trace, startMs: Number(trace.summary().startTimeUnixNano) }))
      .sort((a, b) => b.startMs - a.startMs)
      .slice(0, limit)
    return {
      traces: newest.map(({ trace }) => summaryJson(trace)),
      total: store.stats().traces,
    }
  }

  async function getTrace(request: IncomingMessage, response: ServerResponse, url: URL) {
    const id = parse(traceId, url.pathname.slice('/api/traces/'.length), 'trace id')
    const { wait, timeout, parent, since } = parseQuery(traceQuery, url)
    if (wait) {
      if (!completion.hasRoom()) throw new Problem(503, 'too many are waiting already')
      const gone = new AbortController()
      response.on('close', () => gone.abort())
      await completion.wait(id, {
        timeoutMs: timeout,
        signal: gone.signal,
        callerSpanId: parent,
      })
      if (gone.signal.aborted || request.destroyed) return
    }
    const trace = store.get(id)
    if (!trace) throw new Problem(404, `no trace ${id}: nothing of it has come, or it was evicted`)
    const reasons = wait ? completion.reasons(id, parent) : incompleteReasons(trace, parent)
    sendJson(response, traceJson(trace, reasons, since))
  }

  function listLooseLogs(): LooseLogsJson {
    const logs = store.looseLogs().toReversed()
    return {
      logs: logs.map((log) => {
        const { timeNs: _, spanId: __, ...rest } = logJson(log, log.timeUnixNano)
        return {
          timeUnixNano: log.timeUnixNano.toString(),
          service: log.resource.service,
          ...rest,
        }
      }),
    }
  }

  return async (request, response, url) => {
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    if (url.pathname === '/api/traces' && request.method === 'DELETE') {
      store.clear()
      response.writeHead(204).end()
    } else if (!isRead) throw new Problem(405, 'only GET, and DELETE /api/traces')
    else if (url.pathname === '/api/traces') sendJson(response, listTraces(url))
    else if (url.pathname.startsWith('/api/traces/')) await getTrace(request, response, url)
    else if (url.pathname === '/api/logs') sendJson(response, listLooseLogs())
    else if (url.pathname === '/api/stats') sendJson(response, store.stats())
    else if (url.pathname === '/api/events') {
      liveEvents.open(request, response, parseQuery(eventsQuery, url).trace)
    } else throw new Problem(404, 'no such path')
  }
}

function parseQuery<Schema extends z.ZodObject>(schema: Schema, url: URL): z.infer<Schema> {
  return parse(schema, Object.fromEntries(url.searchParams), 'query')
}

function parse<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  name: string,
): z.infer<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const problems = result.error.issues.map((issue) => [...issue.path, issue.message].join(': '))
  throw new Problem(400, `${name}: ${problems.join('; ')}`)
}
