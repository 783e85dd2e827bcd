// By what reasons the workers have counted requeues, and by which they may have. The counter can lack what its process
// did not live to export; it never says too much, and a crash only where one has been, or where Redis lost who was there.
import { metricIntervalMs } from '../recorder.ts'
import type { Life } from '../supervise.ts'
import type { AttemptRow, RequeueFacts } from './requeues.ts'

export interface ReasonCounts {
  readonly requeues: number
  readonly counted: number
  /** That a killed worker may not have lived to tell. */
  readonly untold: number
  /** After a loss that must have been counted, as a crash or as a lease that expired. */
  readonly sureLosses: number
  /** After the kill of a worker, and nothing else can have been told: in a dense run there may be none. */
  readonly sureCrashes: number
  readonly countedCrashes: number
  readonly countedExpiries: number
}

interface Requeue {
  readonly reasons: readonly string[]
  readonly isTold: boolean
}

/** A connection that was lost with Redis is tried again within two seconds; a command is given up after two. */
const reconnectMs = 3_000
/** From a start in core's rows to the worker's look at who is connected, and to the answer alone. */
const lookMs = 3_000
const answerMs = 2_000
/** For how much longer an answer that was lost is asked for. */
const repeatMs = 8_000
/** From the beginning of a process until it looks at its clock. */
const bootMs = 5_000
const single = ['error', 'draining', 'newer_version', 'not_cancelled', 'crash', 'lease_expired']
const losses = ['crash', 'lease_expired']
const groups = [...single.map((reason) => [reason]), losses]

export function checkReasons(facts: RequeueFacts): { problems: string[]; counts: ReasonCounts } {
  const requeues = requeuesOf(facts)
  const counted = (reasons: readonly string[]) =>
    reasons.reduce((sum, reason) => sum + (facts.counted.get(reason) ?? 0), 0)
  const problems = groups.flatMap((group) => {
    const sum = counted(group)
    const sure = sureOf(requeues, group)
    const possible = requeues.filter(({ reasons }) =>
      reasons.some((reason) => group.includes(reason)),
    ).length
    if (sum >= sure && sum <= possible) return []
    return [
      `requeues are counted: ${group.join(' and ')} ${sum}, by the rows ${sure} to ${possible}`,
    ]
  })
  const counts = {
    requeues: requeues.length,
    counted: counted(single),
    untold: requeues.filter(({ isTold }) => !isTold).length,
    sureLosses: sureOf(requeues, losses),
    sureCrashes: requeues.filter(({ reasons }) => reasons.join() === 'crash').length,
    countedCrashes: counted(['crash']),
    countedExpiries: counted(['lease_expired']),
  }
  return { problems, counts }
}

function sureOf(requeues: readonly Requeue[], group: readonly string[]): number {
  return requeues.filter(
    ({ reasons, isTold }) => isTold && reasons.every((reason) => group.includes(reason)),
  ).length
}

function requeuesOf(facts: RequeueFacts): Requeue[] {
  const lives = new Map(facts.lives.map((life) => [life.id, life]))
  return facts.attempts.flatMap((row, index) => {
    const previous = facts.attempts[index - 1]
    if (row.attempt === 1 || previous === undefined) return []
    const reasons = reasonsOf(previous, row, lives.get(previous.workerId), facts)
    const livedMs = (lives.get(row.workerId)?.killedAt ?? Number.POSITIVE_INFINITY) - row.fromMs
    // The answer to its start may have been lost: then nobody ran it, and nobody counted.
    const isTold = livedMs >= 3 * metricIntervalMs && row.outcome !== 'abandoned'
    return reasons.length === 0 ? [] : [{ reasons, isTold }]
  })
}

/** By the code with which a worker hands a task back. */
const released: ReadonlyMap<string | null, string> = new Map([
  ['checkpoint_newer', 'newer_version'],
  ['not_cancelled', 'not_cancelled'],
])

function reasonsOf(
  previous: AttemptRow,
  row: AttemptRow,
  life: Life | undefined,
  facts: RequeueFacts,
): readonly string[] {
  if (previous.outcome === 'failed') return ['error']
  if (previous.outcome === 'released') return [released.get(previous.errorCode) ?? 'draining']
  if (previous.outcome !== 'abandoned') return []
  const { fromMs } = row
  const looksUntilMs = fromMs + lookMs + (mayLoseAnswer(row, facts) ? repeatMs : 0)
  const { endedAt, killedAt } = life ?? {}
  const isDead = killedAt !== undefined && endedAt !== undefined && endedAt < fromMs
  // Without Redis nothing says that the dead are gone, and the living have lost their connections.
  if (wasRedisAway(fromMs, looksUntilMs, life, facts)) return losses
  if (isDead) return ['crash']
  const diesMeanwhile = killedAt !== undefined && killedAt < looksUntilMs
  const seemsYounger = life !== undefined && beganAhead(life, facts)
  return diesMeanwhile || seemsYounger ? losses : ['lease_expired']
}

/** The start is in core's rows, and then core, its database or the way between them and the worker is gone. */
function mayLoseAnswer({ fromMs, workerId }: AttemptRow, { lives, injected }: RequeueFacts) {
  const answeredMs = fromMs + answerMs
  const [name] = workerId.split('.')
  return (
    lives.some(
      ({ id, killedAt = 0 }) =>
        /^(core|postgres)\./.test(id) && killedAt >= fromMs && killedAt < answeredMs,
    ) ||
    injected.some(
      ({ fault, fromMs: since, toMs }) =>
        (fault.kind === 'cut from core' || fault.kind === 'deaf to core') &&
        `worker-${fault.worker}` === name &&
        since < answeredMs &&
        toMs >= fromMs,
    )
  )
}

/** One that is stopped meanwhile comes back to Redis only when it goes on. */
function wasRedisAway(
  startedMs: number,
  looksUntilMs: number,
  life: Life | undefined,
  facts: RequeueFacts,
): boolean {
  const ofRedis = facts.lives.filter(({ id }) => id.startsWith('redis.'))
  return ofRedis.some(({ killedAt }, index) => {
    if (killedAt === undefined) return false
    const backAt = ofRedis[index + 1]?.readyAt ?? Number.POSITIVE_INFINITY
    const stopped = facts.injected.filter(
      ({ fault, life: whose, fromMs, toMs }) =>
        fault.kind === 'pause' &&
        whose === life?.id &&
        fromMs < backAt + reconnectMs &&
        toMs > killedAt,
    )
    const untilMs = Math.max(backAt, ...stopped.map(({ toMs }) => toMs)) + reconnectMs
    return killedAt < looksUntilMs && startedMs < untilMs
  })
}

/** A process that began by a clock ahead says so in the registry, and passes for one that came after its attempts. */
function beganAhead({ id, startedAt }: Life, { injected }: RequeueFacts): boolean {
  return injected.some(
    ({ fault, fromMs, toMs }) =>
      fault.kind === 'clock jump' &&
      fault.byMs > 0 &&
      id.startsWith(`worker-${fault.worker}.`) &&
      startedAt > fromMs - bootMs &&
      startedAt < toMs + bootMs,
  )
}
