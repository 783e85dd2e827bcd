import type { TaskType } from '@throughline/contracts'

/** The agent that works on a task, for spans and metrics. Negotiations are led for the buyer. */
export const agentTypes = {
  negotiation: 'buyer',
  price_review: 'reviewer',
  listing_summary: 'writer',
  noop: 'none',
} as const satisfies Record<TaskType, string>
