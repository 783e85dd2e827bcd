// Does to a running system what the plan says, and writes down what was done and when.
import { setTimeout as sleep } from 'node:timers/promises'
import { taskQueueName } from '@throughline/contracts'
import { Queue } from 'bullmq'
import { Redis } from 'ioredis'
import { readWrongClock, wasStoppedMs } from './effects.ts'
import { describeFault, type Fault } from './plan.ts'
import type { Sql } from './sql.ts'
import type { Life } from './supervise.ts'
import { type ChaosSystem, type ChaosWorker, emptyRedis } from './system.ts'

export interface Injected {
  readonly fault: Fault
  readonly text: string
  readonly fromMs: number
  /** When its cause was over: what it led to may come later. */
  toMs: number
  /** Whose process was killed, paused or cut off. */
  readonly life?: string
  /** `task attempt` pairs that were running in that process, as core had it right after. */
  readonly hit: readonly string[]
  readonly taskId?: string
  /** Whether it did anything, known when it is over: what is not there cannot be taken away. */
  readonly isEffective: () => boolean
}

type Done = Partial<Injected> & Pick<Injected, 'isEffective'>

export interface Injector extends AsyncDisposable {
  readonly injected: readonly Injected[]
  inject(fault: Fault): Promise<Injected>
  /** When everything that was taken away is back. */
  settled(): Promise<void>
}

type Lasting = Extract<Fault, { forMs: number }>
type WayToCore = ChaosWorker['wayToCore']
const patienceMs = 1_000
const againMs = 20
const noEffect: Done = { isEffective: () => false }

interface Running {
  readonly taskId: string
  readonly attempt: number
  readonly tenantId: string
  readonly type: string
  /** Of the request that asked for it; a task that has been cancelled meanwhile has none. */
  readonly traceparent: string | null
}

const open = `SELECT task_id AS "taskId", opened.attempt, tasks.tenant_id AS "tenantId", type,
    outbox.traceparent
  FROM task_attempts AS opened JOIN tasks ON tasks.id = task_id LEFT JOIN outbox USING (task_id)
  WHERE outcome IS NULL`

export function createInjector(system: ChaosSystem, sql: Sql, leaseMs: number): Injector {
  const injected: Injected[] = []
  const pending = new Set<Promise<unknown>>()
  const redis = new Redis(system.redisUrl, { maxRetriesPerRequest: null, commandTimeout: 5_000 })
  redis.on('error', () => undefined)
  const queue = new Queue(taskQueueName, { connection: redis })
  queue.on('error', () => undefined)

  async function apply(fault: Fault): Promise<Done> {
    switch (fault.kind) {
      case 'kill': {
        const victim = fault.victim === 'worker' ? worker(fault) : system[fault.victim]
        const life = await victim.kill()
        return { ...(fault.victim === 'worker' && (await lost(life))), ...ended(life) }
      }
      case 'empty redis':
        return ended(await emptyRedis(system))
      case 'pause':
        return pause(fault, worker(fault))
      case 'cut from core':
        return harm(fault, worker(fault).wayToCore, 'breakOff')
      case 'deaf to core':
        return harm(fault, worker(fault).wayToCore, 'muteAnswers')
      case 'clock jump':
        return turnClock(fault, worker(fault))
      case 'second job':
        return toAnyRunning(addSecondJob)
      case 'take lease':
        return toAnyRunning(takeLease)
    }
  }

  function worker({ worker: number }: { readonly worker: number }) {
    const found = system.workers[number - 1]
    if (found === undefined) throw new Error(`There is no worker ${number}`)
    return found
  }

  /** What core believes to be running there. A report that was on its way may still arrive. */
  async function lost(life: Life): Promise<Partial<Injected>> {
    const rows = await sql.ask<Running>(`${open} AND worker_id = $1`, [life.id])
    return { hit: rows.map(({ taskId, attempt }) => `${taskId} ${attempt}`) }
  }

  function ended(life: Life): Done {
    return { life: life.id, isEffective: () => life.endedAt !== undefined }
  }

  function pause(fault: Lasting, victim: ChaosWorker): Done {
    // Of this process alone: whoever follows it after a kill is not to be woken.
    const life = victim.lives.at(-1)
    const isThere = life !== undefined && life.endedAt === undefined
    if (!isThere) return noEffect
    victim.signal('SIGSTOP')
    const window = over(fault, () => life === victim.lives.at(-1) && victim.signal('SIGCONT'))
    return { life: life.id, ...window, isEffective: () => wasStoppedMs(life, window) > leaseMs }
  }

  function harm(fault: Lasting, way: WayToCore, what: 'breakOff' | 'muteAnswers'): Done {
    const before = way.harm()
    let after = before
    way[what]()
    const window = over(fault, () => {
      after = way.harm()
      way.restore()
    })
    return { ...window, isEffective: () => after > before }
  }

  function turnClock(fault: Extract<Fault, { byMs: number }>, victim: ChaosWorker): Done {
    victim.turnClock(fault.byMs)
    const window = over(fault, () => victim.turnClock(0))
    return {
      ...window,
      isEffective: () => victim.lives.some((life) => readWrongClock(life, window)),
    }
  }

  function over(fault: Lasting, end: () => void) {
    const fromMs = Date.now()
    const ending = sleep(fault.forMs).then(end)
    pending.add(ending)
    ending.finally(() => pending.delete(ending))
    return { fromMs, toMs: fromMs + fault.forMs }
  }

  async function isRunning({ taskId, attempt }: Running): Promise<boolean> {
    const rows = await sql.ask(`${open} AND task_id = $1 AND opened.attempt = $2`, [
      taskId,
      attempt,
    ])
    return rows.length > 0
  }

  /** Most tasks are over before anything can be done to them: one after another, until it was. */
  async function toAnyRunning(act: (running: Running) => Promise<boolean>): Promise<Done> {
    const deadline = performance.now() + patienceMs
    do {
      for (const running of await sql.ask<Running>(`${open} ORDER BY started_at DESC LIMIT 20`)) {
        if (await act(running)) return { taskId: running.taskId, isEffective: () => true }
      }
      await sleep(againMs)
    } while (performance.now() < deadline)
    return noEffect
  }

  /** In the task's trace, as core sends what it sends twice: what it does there is told as the task's own. */
  async function addSecondJob(running: Running): Promise<boolean> {
    const { taskId, tenantId, type: taskType, traceparent } = running
    const options = {
      ...{ jobId: `again-${taskId}`, removeOnComplete: true, removeOnFail: true },
      telemetry: { metadata: JSON.stringify({ traceparent }) },
    }
    await queue.add(taskType, { taskId, tenantId, taskType }, options)
    return isRunning(running)
  }

  /** The next stalled check finds a job without a lock, and puts it back. */
  async function takeLease({ taskId }: Running): Promise<boolean> {
    return (await redis.del(`bull:${taskQueueName}:${taskId}:lock`)) === 1
  }

  return {
    injected,
    async inject(fault) {
      const fromMs = Date.now()
      let done = noEffect
      let text = describeFault(fault)
      try {
        done = await apply(fault)
      } catch (err) {
        // Redis may be away when a job is to be added to it.
        text += ` (not done: ${(err as Error).message})`
      }
      const whom = [done.life, done.taskId].filter(Boolean).join(' ')
      if (whom) text += `: ${whom}`
      if (done.hit) text += `, in ${done.hit.length} tasks`
      if (done === noEffect) text += ' (without effect)'
      const entry: Injected = { fault, fromMs, toMs: Date.now(), hit: [], ...done, text }
      injected.push(entry)
      return entry
    },
    async settled() {
      await Promise.all(pending)
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(pending)
      await queue.close().catch(() => undefined)
      redis.disconnect()
    },
  }
}
