// The first requests, sent as anyone would send them: a search, then a negotiation over what it found.
import {
  negotiateRequestSchema,
  searchRequestSchema,
  searchResponseSchema,
  type TaskBody,
  taskSchema,
  taskTypes,
} from '@throughline/contracts'
import { createTraceClient } from '@throughline/trace-testing'

export interface DemoOptions {
  readonly gatewayUrl: string
  readonly apiKey: string
}

export interface DemoResult {
  readonly search: string
  readonly negotiation: string
  /** Absent when no trace of the negotiation is kept. */
  readonly traceId?: string
}

const requestTimeoutMs = 30_000
/** Of the asking price: low enough that there is something to negotiate. */
const budgetShare = 0.85

export async function runDemo(options: DemoOptions): Promise<DemoResult> {
  const search = await post(options, '/v1/search', searchRequestSchema.parse({ query: 'camera' }))
  const { listings } = searchResponseSchema.parse(search.body)
  const [listing] = listings
  if (!listing) throw new Error('the search for "camera" found nothing')

  const wish = negotiateRequestSchema.parse({
    listingId: listing.id,
    budgetCents: Math.round(listing.priceCents * budgetShare),
  })
  const negotiation = await post(options, '/v1/negotiate?wait=true', wish)
  const task = taskSchema.parse(negotiation.body)
  if (!task.result) {
    throw new Error(`the negotiation is ${task.state}: ${task.error?.message ?? 'no result yet'}`)
  }
  const { action, priceCents, message, rounds } = taskTypes.negotiation.result.parse(task.result)
  const price = priceCents > 0 ? ` ${dollars(priceCents)}` : ''
  const offers = rounds.length === 1 ? '1 offer' : `${rounds.length} offers`
  return {
    search: `"camera": ${listings.length} listings, first ${listing.title} for ${dollars(listing.priceCents)} (${search.tookMs} ms)`,
    negotiation: `with ${dollars(wish.budgetCents)} to spend: ${offers}, then ${action.replace('_', ' ')}${price}, "${message}", for ${cost(task.usage)} of tokens (${negotiation.tookMs} ms)`,
    traceId: negotiation.traceId,
  }
}

/** The requests have succeeded whether or not their trace is whole. */
export async function describeTrace(
  lensUrl: string,
  traceId: string,
  timeoutMs = 15_000,
): Promise<string> {
  const client = createTraceClient({ baseUrl: lensUrl })
  try {
    const { trace } = await client.waitForTrace(traceId, { timeoutMs })
    const services = new Set(trace.spans.map(({ service }) => service))
    return `${trace.spans.length} spans from ${services.size} services`
  } catch {
    return `which has not arrived whole after ${timeoutMs / 1_000} s`
  }
}

async function post({ gatewayUrl, apiKey }: DemoOptions, path: string, body: unknown) {
  const startedAt = performance.now()
  const response = await fetch(new URL(path, gatewayUrl), {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(requestTimeoutMs),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`POST ${path} answered ${response.status}: ${text}`)
  const tookMs = Math.round(performance.now() - startedAt)
  // version-traceid-spanid-flags, as in traceparent; the lowest flag is set when the trace is kept
  const [, traceId, , flags] = response.headers.get('traceresponse')?.split('-') ?? []
  const isKept = (Number.parseInt(flags ?? '0', 16) & 1) === 1
  return { body: JSON.parse(text) as unknown, traceId: isKept ? traceId : undefined, tookMs }
}

/** What is not known is not shown as nothing. */
function cost({ costUsd, unpricedCalls }: TaskBody['usage']): string {
  return unpricedCalls > 0 ? 'an unknown price' : `$${costUsd.toFixed(6)}`
}

function dollars(cents: number): string {
  return `$${(cents / 100).toFixed(2)}`
}
