// Background work: run, wait, run again; sooner when woken, later while it fails. Never two runs at once.
import { context, ROOT_CONTEXT } from '@opentelemetry/api'
import type { Logger } from 'pino'

export interface Repeating {
  /** There is something to do now. Ignored while backing off after a failure. */
  readonly wake: () => void
  /** Resolves when the current run has ended; no other begins. */
  readonly stop: () => Promise<void>
}

export interface RepeatOptions {
  readonly name: string
  readonly intervalMs: number
  readonly logger: Logger
  readonly run: () => Promise<void>
}

const firstBackoffMs = 200
const maxBackoffMs = 5_000

export function repeat({ name, intervalMs, logger, run }: RepeatOptions): Repeating {
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined
  let wokenMeanwhile = false
  let stopped = false
  let failures = 0

  const start = () => {
    clearTimeout(timer)
    wokenMeanwhile = false
    running = attempt().then((waitMs) => {
      running = undefined
      // Asked here, in the turn in which `wake` is heard again: not one is missed.
      const soon = wokenMeanwhile && failures === 0
      if (!stopped) timer = setTimeout(start, soon ? 0 : waitMs)
    })
  }

  /** Says how long to wait for the next one. */
  const attempt = async (): Promise<number> => {
    try {
      await run()
      if (failures > 0) logger.warn({ failures }, `${name} works again`)
      failures = 0
      return intervalMs
    } catch (err) {
      // One line an outage: the attempts in between say nothing new.
      if (failures === 0) logger.warn({ err }, `${name} failed; trying again`)
      failures += 1
      return Math.min(firstBackoffMs * 2 ** (failures - 1), maxBackoffMs)
    }
  }

  start()
  return {
    wake() {
      if (running) wokenMeanwhile = true
      // Not in the context of whoever wakes: all later runs and their log lines would belong to its trace.
      else if (!stopped && failures === 0) context.with(ROOT_CONTEXT, start)
    },
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}
