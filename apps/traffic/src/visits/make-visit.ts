// Carries out what a visit was planned to be. Each step is a trace of its own, begun here as a browser would begin it.
import { maxReviewedListings } from '@throughline/contracts'
import { attributes, labels, spans, withSpan } from '@throughline/telemetry'
import type { Logger } from 'pino'
import { VisitError } from '../errors.ts'
import type { GatewayClient } from '../gateway-client.ts'
import { negotiationDuration } from '../metrics.ts'
import { pause } from '../pause.ts'
import { consult, type Inquiry } from './consult.ts'
import { type MistakeName, makeMistake } from './mistakes.ts'
import { type Bargain, negotiate } from './negotiate.ts'
import type { Shopping, Visit } from './plan-visit.ts'

export interface VisitOptions {
  readonly gateway: GatewayClient
  readonly logger: Logger
  /** Told of the trace of each negotiation that had a result. */
  readonly onNegotiated?: (traceId: string) => void
}

export type MakeVisit = (visit: Visit, signal: AbortSignal) => Promise<void>

export function createMakeVisit({ gateway, logger, onNegotiated }: VisitOptions): MakeVisit {
  return (visit, signal) =>
    visit.kind === 'mistake' ? blunder(visit.mistake, signal) : shop(visit, signal)

  async function shop(visit: Shopping, signal: AbortSignal): Promise<void> {
    const { wish, looks, pageSize, thinkMs, purchase, consultation } = visit
    const query = { ...wish, pageSize }
    let page = await withSpan(spans.shopSearch, {}, () => gateway.search(query, signal))
    const seen = [...page.listings]
    for (let look = 0; look < looks && page.nextPageToken !== undefined; look += 1) {
      const next = { ...query, pageToken: page.nextPageToken }
      await pause(thinkMs, signal)
      page = await withSpan(spans.shopLook, {}, () => gateway.search(next, signal))
      seen.push(...page.listings)
    }
    if (seen.length === 0) return
    if (consultation !== undefined) {
      await pause(thinkMs, signal)
      await inquire({ ...consultation, listings: seen.slice(0, maxReviewedListings) }, signal)
    }
    if (purchase === undefined) return
    const listing = seen[Math.floor(purchase.choice * seen.length)]
    if (listing === undefined) return
    await pause(thinkMs, signal)
    await bargain({ ...purchase, listing }, signal)
  }

  async function inquire(wanted: Inquiry, signal: AbortSignal): Promise<void> {
    await withSpan(spans.shopConsult, {}, async (span) => {
      const task = await consult(gateway, wanted, signal)
      span.setAttribute(attributes.taskId, task.id)
    })
  }

  async function bargain(wanted: Bargain, signal: AbortSignal): Promise<void> {
    const startedAt = performance.now()
    await withSpan(spans.shopNegotiate, {}, async (span) => {
      const task = await negotiate(gateway, wanted, signal)
      span.setAttribute(attributes.taskId, task.id)
      const outcome = task.result && 'action' in task.result ? task.result.action : 'failed'
      negotiationDuration.record((performance.now() - startedAt) / 1_000, {
        [labels.waiting]: wanted.waiting,
        [labels.outcome]: outcome,
      })
      logger.debug({ taskId: task.id, outcome }, 'negotiation ended')
      if (task.result) onNegotiated?.(span.spanContext().traceId)
    })
  }

  function blunder(mistake: MistakeName, signal: AbortSignal): Promise<void> {
    return withSpan(spans.shopMistake, { [attributes.shopMistake]: mistake }, async () => {
      const status = await makeMistake(mistake, gateway, signal)
      if (status < 400) {
        throw new VisitError('unexpected_answer', `Who ${mistake} got ${status}`)
      }
    })
  }
}
