// The shop's API as a shopper's browser calls it: fetch, with a deadline on each call.
import {
  type Fault,
  faultHeader,
  isFinalTaskEvent,
  type NegotiateRequest,
  negotiationAcceptedSchema,
  type SearchResponse,
  searchResponseSchema,
  type TaskBody,
  taskAcceptedSchema,
  taskEventSchema,
  taskSchema,
} from '@throughline/contracts'
import { refusalError, toVisitError } from './errors.ts'

export interface GatewayClientOptions {
  readonly url: string
  readonly apiKey: string
  readonly limitedApiKey: string
}

export interface SearchQuery {
  readonly query: string
  readonly category?: string
  readonly maxPriceCents?: number
  readonly pageSize?: number
  readonly pageToken?: string
}

export interface SendOptions {
  /** Sent as it is. */
  readonly body?: unknown
  /** POST with a body, GET without one. */
  readonly method?: 'DELETE'
  readonly key?: 'own' | 'limited' | 'expired' | 'none'
  readonly headers?: Readonly<Record<string, string>>
  readonly timeoutMs?: number
  readonly signal: AbortSignal
}

export interface GatewayClient {
  readonly search: (query: SearchQuery, signal: AbortSignal) => Promise<SearchResponse>
  /** Resolves with the task's id; with `waitSeconds`, when the task has ended or the time is over. */
  readonly negotiate: (
    wish: NegotiateRequest,
    options: {
      readonly waitSeconds?: number
      readonly fault?: Fault
      readonly signal: AbortSignal
    },
  ) => Promise<string>
  /** Starts a task of another kind and resolves with its id. */
  readonly submit: (path: string, body: object, signal: AbortSignal) => Promise<string>
  /** Resolves also when it is too late, because the task has ended. */
  readonly cancelTask: (id: string, signal: AbortSignal) => Promise<void>
  readonly readTask: (id: string, signal: AbortSignal) => Promise<TaskBody>
  /** Resolves when the last event has come, or when the stream ends without it. */
  readonly followTask: (id: string, signal: AbortSignal) => Promise<void>
  /** Resolves with the status, whatever it is, unless the gateway is away. */
  readonly send: (path: string, options: SendOptions) => Promise<number>
}

const requestTimeoutMs = 10_000
const streamTimeoutMs = 40_000

export function createGatewayClient(options: GatewayClientOptions): GatewayClient {
  const { url, apiKey, limitedApiKey } = options
  const keys = { own: apiKey, limited: limitedApiKey, expired: 'tl_expired_key' }

  /** The response's body is read inside, so that every failure of the network comes out of one place. */
  async function call<Result>(
    path: string,
    { body, method, key = 'own', headers, timeoutMs = requestTimeoutMs, signal }: SendOptions,
    read: (response: Response) => Promise<Result>,
  ): Promise<Result> {
    try {
      const response = await fetch(new URL(path, url), {
        method: method ?? (body === undefined ? 'GET' : 'POST'),
        headers: {
          ...(key !== 'none' && { authorization: `Bearer ${keys[key]}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        body: body === undefined ? undefined : JSON.stringify(body),
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      })
      return await read(response)
    } catch (err) {
      throw toVisitError(err, signal)
    }
  }

  const readJson = (path: string) => async (response: Response) => {
    const text = await response.text()
    if (!response.ok) throw refusalError(path, response.status, text)
    return JSON.parse(text) as unknown
  }
  const json = (path: string, sent: SendOptions) => call(path, sent, readJson(path))

  return {
    async search(body, signal) {
      return searchResponseSchema.parse(await json('/v1/search', { body, signal }))
    },
    async negotiate(body, { waitSeconds, fault, signal }) {
      const headers = {
        ...(waitSeconds !== undefined && { prefer: `wait=${waitSeconds}` }),
        ...(fault !== undefined && { [faultHeader]: fault }),
      }
      const timeoutMs = requestTimeoutMs + (waitSeconds ?? 0) * 1_000
      const answer = await json('/v1/negotiate', { body, headers, timeoutMs, signal })
      return negotiationAcceptedSchema.parse(answer).id
    },
    async submit(path, body, signal) {
      return taskAcceptedSchema.parse(await json(path, { body, signal })).id
    },
    cancelTask(id, signal) {
      const path = `/v1/tasks/${id}`
      return call(path, { method: 'DELETE', signal }, async (response) => {
        const text = await response.text()
        if (!response.ok && response.status !== 409) throw refusalError(path, response.status, text)
      })
    },
    async readTask(id, signal) {
      return taskSchema.parse(await json(`/v1/tasks/${id}`, { signal }))
    },
    followTask(id, signal) {
      const path = `/v1/tasks/${id}/events`
      return call(path, { timeoutMs: streamTimeoutMs, signal }, async (response) => {
        if (!response.ok) throw refusalError(path, response.status, await response.text())
        if (response.body !== null) await readToEnd(response.body)
      })
    },
    send(path, sent) {
      return call(path, sent, async (response) => {
        const text = await response.text()
        if (response.status >= 500) throw refusalError(path, response.status, text)
        return response.status
      })
    },
  }
}

/** Server-sent events, of which only the last one matters here. */
async function readToEnd(body: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
  let rest = ''
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      if (!line.startsWith('data: ')) continue
      if (isFinalTaskEvent(taskEventSchema.parse(JSON.parse(line.slice(6))))) return
    }
  }
}
