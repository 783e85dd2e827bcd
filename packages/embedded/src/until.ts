import { setTimeout as delay } from 'node:timers/promises'

const pollMs = 20

/** Whether the condition came true before the deadline. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  deadlineMs: number,
): Promise<boolean> {
  const end = performance.now() + deadlineMs
  while (!(await condition())) {
    if (performance.now() > end) return false
    await delay(pollMs)
  }
  return true
}
