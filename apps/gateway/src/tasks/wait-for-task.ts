// Waits, for a while, until a task has ended: woken by its last event, and asking core now and then in
// case that event is lost.
import { setTimeout as delay } from 'node:timers/promises'
import { isFinalTaskEvent, type Task } from '@throughline/contracts'
import type { Core } from '../core-client.ts'
import { readTask, type TaskReference } from './read-task.ts'
import { beforeFirst } from './stream-position.ts'
import { hasEnded } from './task-body.ts'
import type { TaskEvents } from './task-events.ts'
import { withoutSampling } from './without-sampling.ts'

export interface WaitOptions extends TaskReference {
  readonly tasks: Core['tasks']
  readonly events: TaskEvents
  readonly timeoutMs: number
  readonly pollMs: number
  /** The caller left, or the process stops: no reason to wait any longer. */
  readonly signal: AbortSignal
}

/** Undefined when the task has not ended in time. */
export async function waitForTask(options: WaitOptions): Promise<Task | undefined> {
  const { tasks, events, taskId, timeoutMs, pollMs, signal } = options
  const finalEvent = Promise.withResolvers<'event'>()
  const unfollow = events.follow(taskId, beforeFirst, ({ event }) => {
    if (isFinalTaskEvent(event)) finalEvent.resolve('event')
  })
  const waited = new AbortController()
  const stopWaiting = AbortSignal.any([signal, waited.signal])
  const pause = (ms: number, reason: 'poll' | 'timeout') =>
    delay(ms, reason, { signal: stopWaiting }).catch(() => 'timeout' as const)
  const timeout = pause(timeoutMs, 'timeout')
  try {
    for (;;) {
      const woken = await Promise.race([finalEvent.promise, timeout, pause(pollMs, 'poll')])
      if (woken === 'timeout') return undefined
      // The answer to the final event is part of this request's story; asking in between is not.
      const ask = () => readTask(tasks, options, signal)
      const task = await (woken === 'event' ? ask() : withoutSampling(ask))
      if (hasEnded(task)) return task
      if (woken === 'event') await pause(pollMs, 'poll')
    }
  } finally {
    waited.abort()
    unfollow()
  }
}
