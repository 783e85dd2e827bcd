// Waits, for a while, until a task has ended: woken by its last event, and asking core now and then in
// case that event is lost.
import { setTimeout as delay } from 'node:timers/promises'
import { isFinalTaskEvent, type Task } from '@throughline/contracts'
import { withoutTracing } from '@throughline/telemetry'
import type { Logger } from 'pino'
import type { Core } from '../core-client.ts'
import { readTask, type TaskReference } from './read-task.ts'
import { beforeFirst } from './stream-position.ts'
import { hasEnded } from './task-body.ts'
import type { TaskEvents } from './task-events.ts'

export interface WaitOptions extends TaskReference {
  readonly tasks: Core['tasks']
  readonly events: TaskEvents
  readonly timeoutMs: number
  readonly pollMs: number
  /** The caller left, or the process stops: no reason to wait any longer. */
  readonly signal: AbortSignal
  readonly logger: Pick<Logger, 'warn'>
}

/** Undefined when the task has not ended in time, as far as core could be asked: to wait is never what fails. */
export async function waitForTask(options: WaitOptions): Promise<Task | undefined> {
  const { tasks, events, taskId, timeoutMs, pollMs, signal, logger } = options
  const finalEvent = Promise.withResolvers<'event'>()
  const unfollow = events.follow(taskId, beforeFirst, ({ event }) => {
    if (isFinalTaskEvent(event)) finalEvent.resolve('event')
  })
  const waited = new AbortController()
  const stopWaiting = AbortSignal.any([signal, waited.signal])
  const pause = (ms: number, reason: 'poll' | 'timeout') =>
    delay(ms, reason, { signal: stopWaiting }).catch(() => 'timeout' as const)
  const timeout = pause(timeoutMs, 'timeout')
  const ask = () =>
    readTask(tasks, options, signal).catch((err) => {
      if (!signal.aborted) logger.warn({ err }, 'task not read while it is waited for')
    })
  try {
    for (;;) {
      // The first that is settled wins: the end of the wait, even over an event that has come.
      const woken = await Promise.race([timeout, finalEvent.promise, pause(pollMs, 'poll')])
      if (woken === 'timeout') return undefined
      // The answer to the final event is part of this request's story; asking in between is not.
      const task = await (woken === 'event' ? ask() : withoutTracing(ask))
      if (task !== undefined && hasEnded(task)) return task
      if (woken === 'event') await pause(pollMs, 'poll')
    }
  } finally {
    waited.abort()
    unfollow()
  }
}
