// Many tasks of every type from several tenants, submitted by a client that takes no for an answer only from those who
// can tell. Which task comes when is a matter of the seed.
import { setTimeout as sleep } from 'node:timers/promises'
import {
  NegotiationServiceDefinition,
  type TaskRequest,
  TaskServiceDefinition,
  type TaskType,
} from '@throughline/contracts'
import { createChannel, createClientFactory } from 'nice-grpc'
import { Random } from '../../apps/core/src/seed/random.ts'
import type { Sql } from './sql.ts'

export interface LoadOptions {
  readonly seed: number
  readonly tasks: number
  readonly coreAddress: string
  readonly sql: Sql
  /** Of all tasks, those that may have been submitted by now. */
  readonly allowed: () => number
  /** No more after that. */
  readonly signal?: AbortSignal
}

export interface Load {
  /** Ids that core has given out. */
  readonly accepted: readonly string[]
  readonly cancelled: number
  /** Submissions without an answer: each may have become a task, and was submitted again. */
  readonly unanswered: number
  /** Resolves when all are submitted. */
  readonly done: Promise<void>
}

type Asked = { [Type in TaskType]: { type: Type; request: TaskRequest<Type> } }[TaskType]

const submitters = 6
const deadlineMs = 5_000
const againMs = 100
/** Enough for every worker to have something to do at any time, and soon done when the faults are over. */
const mostOpen = 150
const tenants = ['demo', 'demo', 'acme', 'bazaar'] as const

export function startLoad({ seed, tasks, coreAddress, sql, allowed, signal }: LoadOptions): Load {
  const random = new Random(seed)
  const accepted: string[] = []
  const counts = { cancelled: 0, unanswered: 0 }
  const channel = createChannel(coreAddress, undefined, {
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.max_reconnect_backoff_ms': 500,
  })
  const taskService = createClientFactory().create(TaskServiceDefinition, channel)
  const negotiations = createClientFactory().create(NegotiationServiceDefinition, channel)
  const inTime = () => ({ signal: AbortSignal.timeout(deadlineMs) })
  let begun = 0

  return {
    accepted,
    get cancelled() {
      return counts.cancelled
    },
    get unanswered() {
      return counts.unanswered
    },
    done: submitAll().finally(() => channel.close()),
  }

  async function submitAll(): Promise<void> {
    const listings = await sql.ask<{ id: string }>('SELECT id FROM listings ORDER BY id LIMIT 50')
    const listingIds = listings.map(({ id }) => id)
    await Promise.all(Array.from({ length: submitters }, () => submitSome(listingIds)))
  }

  async function submitSome(listingIds: readonly string[]): Promise<void> {
    while (begun < tasks && !signal?.aborted) {
      if (begun >= allowed() || (begun % 25 === 0 && (await open()) > mostOpen)) {
        await sleep(againMs)
        continue
      }
      begun += 1
      const tenantId = random.pick(tenants)
      const id = await insist(tenantId, makeTask(random, listingIds))
      accepted.push(id)
      if (random.next() < 0.02) await cancel(tenantId, id)
    }
  }

  async function open(): Promise<number> {
    const [row] = await sql.ask<{ open: number }>('SELECT count(*)::int AS open FROM outbox')
    return row?.open ?? 0
  }

  /** Until there is an id. Core may have committed a task whose id it could not tell: see `unanswered`. */
  async function insist(tenantId: string, asked: Asked): Promise<string> {
    for (;;) {
      signal?.throwIfAborted()
      try {
        if (asked.type === 'negotiation') {
          return (await negotiations.startNegotiation({ tenantId, ...asked.request }, inTime()))
            .taskId
        }
        return (await taskService.submitTask({ tenantId, ...asked }, inTime())).taskId
      } catch (err) {
        const { code } = err as { code?: number }
        if (code === resourceExhausted) await sleep(againMs)
        else if (code !== undefined && ours.includes(code)) throw err
        else counts.unanswered += 1
      }
      await sleep(againMs)
    }
  }

  /** A wish: a task that ends first has ended. */
  async function cancel(tenantId: string, taskId: string): Promise<void> {
    try {
      await taskService.cancelTask({ tenantId, taskId }, inTime())
      counts.cancelled += 1
    } catch {
      // Too late, or nobody there.
    }
  }
}

const resourceExhausted = 8
/** INVALID_ARGUMENT, NOT_FOUND, UNIMPLEMENTED: the same again would be answered the same. */
const ours = [3, 5, 12]

function makeTask(random: Random, listingIds: readonly string[]): Asked {
  const listing = () => listingIds[random.integer(0, listingIds.length - 1)] ?? ''
  const chance = random.next()
  if (chance < 0.2) {
    const request = { listingId: listing(), budgetCents: random.integer(5_000, 200_000) }
    return { type: 'negotiation', request }
  }
  if (chance < 0.23) return { type: 'listing_summary', request: { listingId: listing() } }
  if (chance < 0.26) {
    const unique = new Set(Array.from({ length: 4 }, listing))
    return { type: 'price_review', request: { listingIds: [...unique] } }
  }
  return { type: 'noop', request: { nodes: random.integer(1, 4) } }
}
