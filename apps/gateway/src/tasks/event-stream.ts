// One reader's server-sent events (WHATWG HTML, section 9.2): the progress of one task until it ends.
import { Readable } from 'node:stream'
import { isFinalTaskEvent, type Task, type TaskEvent, TaskState } from '@throughline/contracts'
import type { Logger } from 'pino'
import { afterLast, comparePositions } from './stream-position.ts'
import { hasEnded } from './task-body.ts'
import type { TaskEventEntry, TaskEvents } from './task-events.ts'

export interface EventStreamOptions {
  readonly taskId: string
  readonly after: string
  readonly events: TaskEvents
  /** Core's word on the task, for when its last event is lost. */
  readonly readTask: () => Promise<Task>
  readonly heartbeatMs: number
  readonly backlogBytes: number
  /** The process stops: the reader is let go, and comes back to another one. */
  readonly closing: AbortSignal
  readonly logger: Pick<Logger, 'info' | 'warn'>
}

/** Ends by itself. Destroyed, by its reader's leaving or by us, it lets go of everything it holds. */
export function followTask(options: EventStreamOptions): Readable {
  const { taskId, after, events, readTask, heartbeatMs, backlogBytes, closing, logger } = options
  const stream = new Readable({ read() {}, highWaterMark: backlogBytes })
  let open = true

  const send = (frame: string): void => {
    if (!open || stream.push(frame)) return
    logger.warn({ backlogBytes }, 'slow event reader dropped')
    release()
    stream.destroy()
  }
  const release = (): void => {
    open = false
    unfollow()
    clearInterval(heartbeat)
    closing.removeEventListener('abort', end)
  }
  const end = (): void => {
    if (open) stream.push(null)
    release()
  }
  const beat = async (): Promise<void> => {
    send(': still here\n\n')
    const task = await readTask().catch((err) => {
      logger.warn({ err }, 'task not read while its events are followed')
    })
    if (task === undefined || !hasEnded(task)) return
    send(eventFrame(endOf(task)))
    end()
  }

  const unfollow = events.follow(taskId, after, (entry) => {
    send(eventFrame(entry))
    if (isFinalTaskEvent(entry.event)) end()
  })
  const heartbeat = setInterval(beat, heartbeatMs)
  closing.addEventListener('abort', end)
  stream.once('close', release)
  send(reconnectFrame)
  if (closing.aborted) end()
  return stream
}

/** A task that has ended: all after a position that its reader has not seen. Empty: it has seen the end. */
export function replayFrames(
  entries: readonly TaskEventEntry[],
  task: Task,
  after: string,
): string {
  const told = entries.some(({ event }) => isFinalTaskEvent(event))
  const all = told ? entries : [...entries, endOf(task)]
  const unseen = all.filter(({ position }) => comparePositions(position, after) > 0)
  return unseen.length === 0 ? '' : reconnectFrame + unseen.map(eventFrame).join('')
}

const reconnectFrame = 'retry: 1000\n\n'

/** JSON has no line feeds of its own, so one `data:` line always suffices. */
function eventFrame({ position, event }: TaskEventEntry): string {
  return `id: ${position}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`
}

function endOf(task: Task): TaskEventEntry {
  return { position: afterLast, event: finalEventOf(task) }
}

function finalEventOf({ state, errorCode }: Task): TaskEvent {
  if (state === TaskState.COMPLETED) return { type: 'task.completed' }
  if (state === TaskState.CANCELLED) return { type: 'task.cancelled' }
  return { type: 'task.failed', errorCode, willRetry: false }
}
