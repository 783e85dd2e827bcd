// Every type of task and the workflow that runs it.
import type { TaskInput, TaskResult, TaskType } from '@throughline/contracts'
import { listingSummary } from '../listing-summaries/listing-summary.ts'
import { negotiation } from '../negotiations/negotiation.ts'
import { noop } from '../noop/noop.ts'
import { priceReview } from '../price-reviews/price-review.ts'
import type { Workflow } from './workflow.ts'

export const allWorkflows = {
  negotiation,
  price_review: priceReview,
  listing_summary: listingSummary,
  noop,
} satisfies { [Type in TaskType]: Workflow<TaskInput<Type>, TaskResult<Type>> }
