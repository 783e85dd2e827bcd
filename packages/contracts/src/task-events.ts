// Progress of a task: written by the orchestrator to one Redis stream a task, relayed by the gateway.
// The stream is a convenience with a short life; core knows how a task ended.
import { z } from 'zod'

export const taskEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('task.started'), attempt: z.int().positive() }),
  z.object({ type: z.literal('node.started'), node: z.string() }),
  z.object({ type: z.literal('token'), node: z.string(), text: z.string() }),
  z.object({ type: z.literal('node.completed'), node: z.string(), output: z.unknown() }),
  z.object({ type: z.literal('node.failed'), node: z.string(), errorCode: z.string() }),
  z.object({ type: z.literal('task.completed') }),
  z.object({ type: z.literal('task.failed'), errorCode: z.string(), willRetry: z.boolean() }),
  z.object({ type: z.literal('task.cancelled') }),
])

export type TaskEvent = z.infer<typeof taskEventSchema>

export function taskEventsKey(taskId: string): string {
  return `throughline:task:${taskId}:events`
}

/** The field of a stream entry that holds the event as JSON. */
export const taskEventField = 'event'

export const taskEventsMaxLength = 2_000
/** After a task's last event. Redis holds the events of all tasks that were busy in this time. */
export const taskEventsLifetimeSeconds = 600

/** Nothing follows this event. When an operator retries the task, its events begin anew. */
export function isFinalTaskEvent(event: TaskEvent): boolean {
  if (event.type === 'task.failed') return !event.willRetry
  return event.type === 'task.completed' || event.type === 'task.cancelled'
}
