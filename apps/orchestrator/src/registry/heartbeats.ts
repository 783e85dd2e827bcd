// The worker's signs of life, and what it is told in return.
import { type WorkerRecord, workerHeartbeatMs } from '@throughline/contracts'
import { labels, withoutTracing } from '@throughline/telemetry'
import type { Logger } from 'pino'
import { workerHeartbeats } from '../metrics.ts'
import type { Orders, WorkerRegistry } from './worker-registry.ts'

export interface HeartbeatOptions {
  readonly registry: WorkerRegistry
  readonly workerId: string
  readonly logger: Logger
  readonly describe: () => WorkerRecord
  readonly follow: (orders: Orders) => void
}

export interface Heartbeats {
  start(): void
  /** One at once, so that a change is known before the next turn. */
  beat(): Promise<void>
  /** The worker is forgotten at once, unless there is nobody to tell. */
  stop(reachable: boolean): Promise<void>
}

export function createHeartbeats(options: HeartbeatOptions): Heartbeats {
  const { registry, workerId, logger } = options
  let timer: NodeJS.Timeout | undefined
  let failing = false

  async function beat(): Promise<void> {
    try {
      const orders = await withoutTracing(() => registry.beat(options.describe()))
      workerHeartbeats.add(1, { [labels.worker]: workerId })
      failing = false
      options.follow(orders)
    } catch (err) {
      // Once an outage; the next turn tries again.
      if (!failing) logger.warn({ err }, 'heartbeat not written')
      failing = true
    }
  }

  return {
    beat,
    start() {
      void beat()
      timer = setInterval(() => void beat(), workerHeartbeatMs)
    },
    async stop(reachable) {
      clearInterval(timer)
      if (reachable) await withoutTracing(() => registry.leave())
    },
  }
}
