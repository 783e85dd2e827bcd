// How a worker hears that a task it runs was cancelled: core publishes on a channel, for speed, and leaves a key, for
// workers that were not listening. Neither is what ends the task; core's own row is.

/** Messages are task ids. */
export const cancellationChannel = 'throughline:cancellations'

export function cancellationKey(taskId: string): string {
  return `throughline:task:${taskId}:cancelled`
}

/** Longer than any attempt runs. */
export const cancellationLifetimeSeconds = 86_400
