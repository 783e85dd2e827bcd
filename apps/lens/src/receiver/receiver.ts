// OTLP over HTTP: POST /v1/traces, /v1/logs, /v1/metrics, as protobuf or JSON.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Batch, LogRecord, SpanRecord } from '../store/records.ts'
import { type Encoding, type RejectedField, statusBody, successBody } from './answers.ts'
import { countDataPoints, countJsonDataPoints } from './count-data-points.ts'
import { refusalOf } from './errors.ts'
import { decodeJsonLogs } from './json-logs.ts'
import { decodeJsonTraces } from './json-traces.ts'
import { decodeLogs } from './protobuf-logs.ts'
import { createStringTables } from './protobuf-reader.ts'
import { decodeTraces } from './protobuf-traces.ts'
import { readBody } from './read-body.ts'
import { Refusal } from './refusal.ts'

/** What the receiver needs of a store. Both take what they can and note in the batch what they could not. */
export interface Sink {
  addSpans(batch: Batch<SpanRecord>): void
  addLogs(batch: Batch<LogRecord>): void
  noteRefusedRequest(): void
}

export interface ReceiverOptions {
  readonly sink: Sink
  readonly maxBodyBytes: number
  /** Bodies read at the same time; their sender is told to come back when there are more. */
  readonly maxConcurrent: number
  /** For what was not the sender's fault. */
  readonly onError: (err: unknown) => void
}

interface Outcome {
  readonly field: RejectedField
  readonly rejected: number
  readonly rejection: string
}

type Accept = (body: Buffer, encoding: Encoding) => Outcome

export type Receive = (request: IncomingMessage, response: ServerResponse, path: string) => void

export function createReceiver(options: ReceiverOptions): Receive {
  const signals = createSignals(options.sink)
  let busy = 0

  async function receive(request: IncomingMessage, path: string, encoding: Encoding | undefined) {
    const accept = signals.get(path)
    if (!accept) throw new Refusal(404, 'send to /v1/traces, /v1/logs or /v1/metrics')
    if (request.method !== 'POST') throw new Refusal(405, 'send with POST')
    if (!encoding) throw new Refusal(415, 'send application/x-protobuf or application/json')
    if (busy >= options.maxConcurrent) throw new Refusal(503, 'too many requests at once')
    busy += 1
    try {
      return accept(await readBody(request, options.maxBodyBytes), encoding)
    } finally {
      busy -= 1
    }
  }

  return (request, response, path) => {
    const encoding = encodingOf(request)
    // A sender that speaks neither can at least read JSON.
    const answerAs = encoding ?? 'application/json'
    receive(request, path, encoding).then(
      ({ field, rejected, rejection }) => {
        const body = successBody(answerAs, field, rejected, rejection)
        send(response, 200, answerAs, body)
      },
      (err: unknown) => {
        // The sender left in the middle of its body: there is nobody to answer.
        if (request.destroyed && !request.complete) return
        const refusal = refusalOf(err)
        if (!refusal) options.onError(err)
        options.sink.noteRefusedRequest()
        refuse(request, response, answerAs, refusal)
      },
    )
  }
}

function createSignals(sink: Sink): ReadonlyMap<string, Accept> {
  const tables = createStringTables()
  return new Map<string, Accept>([
    [
      '/v1/traces',
      (body, encoding) => {
        const isJson = encoding === 'application/json'
        const batch = isJson ? decodeJsonTraces(body) : decodeTraces(body, tables)
        sink.addSpans(batch)
        return { field: 'rejectedSpans', ...batch }
      },
    ],
    [
      '/v1/logs',
      (body, encoding) => {
        const isJson = encoding === 'application/json'
        const batch = isJson ? decodeJsonLogs(body) : decodeLogs(body, tables)
        sink.addLogs(batch)
        return { field: 'rejectedLogRecords', ...batch }
      },
    ],
    [
      '/v1/metrics',
      (body, encoding) => {
        const isJson = encoding === 'application/json'
        const rejected = isJson ? countJsonDataPoints(body) : countDataPoints(body, tables)
        const rejection = 'lens keeps no metrics; set OTEL_METRICS_EXPORTER=none'
        return { field: 'rejectedDataPoints', rejected, rejection }
      },
    ],
  ])
}

function encodingOf(request: IncomingMessage): Encoding | undefined {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase()
  return type === 'application/x-protobuf' || type === 'application/json' ? type : undefined
}

/** gRPC's codes for the HTTP statuses that a refusal has. */
const grpcCodes = { 400: 3, 403: 7, 404: 12, 405: 12, 413: 8, 415: 3, 503: 14 } as const
const internal = 13

function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  encoding: Encoding,
  refusal: Refusal | undefined,
): void {
  const status = refusal?.status ?? 500
  const code = refusal ? grpcCodes[refusal.status] : internal
  if (status === 503) response.setHeader('retry-after', '1')
  if (status === 405) response.setHeader('allow', 'POST')
  if (!request.complete) {
    // The rest of the body is read and forgotten, so that the sender gets to the answer.
    response.setHeader('connection', 'close')
    request.resume()
  }
  send(response, status, encoding, statusBody(encoding, code, refusal?.message ?? 'internal error'))
}

function send(response: ServerResponse, status: number, type: Encoding, body: Buffer): void {
  response.writeHead(status, { 'content-type': type, 'content-length': body.length })
  response.end(body)
}
