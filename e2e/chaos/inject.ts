// Does to a running system what the plan says, and writes down what was done and when.
import { setTimeout as sleep } from 'node:timers/promises'
import { taskQueueName } from '@throughline/contracts'
import { Queue } from 'bullmq'
import { Redis } from 'ioredis'
import { describeFault, type Fault } from './plan.ts'
import type { Sql } from './sql.ts'
import type { Life } from './supervise.ts'
import { type ChaosSystem, emptyRedis } from './system.ts'

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
}

export interface Injector extends AsyncDisposable {
  readonly injected: readonly Injected[]
  inject(fault: Fault): Promise<Injected>
  /** When everything that was taken away is back. */
  settled(): Promise<void>
}

interface Running {
  readonly taskId: string
  readonly attempt: number
  readonly tenantId: string
  readonly type: string
}

const open = `SELECT task_id AS "taskId", opened.attempt, tenant_id AS "tenantId", type
  FROM task_attempts AS opened JOIN tasks ON tasks.id = task_id WHERE outcome IS NULL`

export function createInjector(system: ChaosSystem, sql: Sql): Injector {
  const injected: Injected[] = []
  const pending = new Set<Promise<unknown>>()
  const redis = new Redis(system.redisUrl, { maxRetriesPerRequest: null, commandTimeout: 5_000 })
  redis.on('error', () => undefined)
  const queue = new Queue(taskQueueName, { connection: redis })
  queue.on('error', () => undefined)

  async function apply(fault: Fault): Promise<Partial<Injected>> {
    switch (fault.kind) {
      case 'kill': {
        const victim = fault.victim === 'worker' ? worker(fault) : system[fault.victim]
        const life = await victim.kill()
        return fault.victim === 'worker' ? lost(life) : { life: life.id }
      }
      case 'empty redis':
        return { life: (await emptyRedis(system)).id }
      case 'pause':
        return during(fault, worker(fault), 'SIGSTOP', 'SIGCONT')
      case 'cut from core':
        return over(fault, worker(fault).wayToCore.breakOff, worker(fault).wayToCore.restore)
      case 'deaf to core':
        return over(fault, worker(fault).wayToCore.muteAnswers, worker(fault).wayToCore.restore)
      case 'clock jump':
        return over(
          fault,
          () => worker(fault).turnClock(fault.byMs),
          () => worker(fault).turnClock(0),
        )
      case 'second job':
        return secondJob()
      case 'take lease':
        return takeLease()
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
    return { life: life.id, hit: rows.map(({ taskId, attempt }) => `${taskId} ${attempt}`) }
  }

  function during(
    fault: Extract<Fault, { forMs: number }>,
    victim: ReturnType<typeof worker>,
    from: NodeJS.Signals,
    to: NodeJS.Signals,
  ): Partial<Injected> {
    // Of this process alone: whoever follows it after a kill is not to be woken.
    const life = victim.lives.at(-1)
    return {
      life: life?.id,
      ...over(
        fault,
        () => victim.signal(from),
        () => life === victim.lives.at(-1) && victim.signal(to),
      ),
    }
  }

  function over(fault: Extract<Fault, { forMs: number }>, begin: () => void, end: () => void) {
    begin()
    const ending = sleep(fault.forMs).then(end)
    pending.add(ending)
    ending.finally(() => pending.delete(ending))
    return { toMs: Date.now() + fault.forMs }
  }

  async function anyRunning(): Promise<Running | undefined> {
    const [row] = await sql.ask<Running>(`${open} ORDER BY started_at DESC LIMIT 1`)
    return row
  }

  async function secondJob(): Promise<Partial<Injected>> {
    const running = await anyRunning()
    if (running === undefined) return {}
    const { taskId, tenantId, type: taskType } = running
    const options = { jobId: `again-${taskId}`, removeOnComplete: true, removeOnFail: true }
    await queue.add(taskType, { taskId, tenantId, taskType }, options)
    return { taskId }
  }

  /** The next stalled check finds a job without a lock, and puts it back. */
  async function takeLease(): Promise<Partial<Injected>> {
    const running = await anyRunning()
    if (running === undefined) return {}
    await redis.del(`bull:${taskQueueName}:${running.taskId}:lock`)
    return { taskId: running.taskId }
  }

  return {
    injected,
    async inject(fault) {
      const fromMs = Date.now()
      let done: Partial<Injected> = {}
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
