// One save of a checkpoint, of ten kilobytes, through the orchestrator's own store to Redis.
import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { pino } from 'pino'
import { createCheckpointStore } from '../../../../apps/orchestrator/src/checkpoints/checkpoint-store.ts'
import { quantile } from '../../telemetry/statistics.ts'
import type { Part } from './part.ts'

const saves = 1_000
const output = 'x'.repeat(10_240)

export const checkpointPart: Part = {
  variants: ['ours'],
  async measure({ system, signal }) {
    using stack = new DisposableStack()
    const redis = stack.adopt(new Redis(system.redisUrl), (one) => one.disconnect())
    const store = createCheckpointStore(redis, pino({ level: 'silent' }))
    const times: number[] = []
    for (let save = 0; save < saves; save++) {
      signal.throwIfAborted()
      const owner = { taskId: randomUUID(), attempt: 1 }
      await store.open(owner)
      const startedAt = performance.now()
      await store.save(owner, { workflow: 'bench', version: 1, outputs: { node: output } })
      times.push(performance.now() - startedAt)
      await store.remove(owner)
    }
    return { p50: quantile(times, 0.5), p99: quantile(times, 0.99) }
  },
}
