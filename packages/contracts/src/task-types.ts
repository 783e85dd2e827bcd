// Every type of task there is: what a caller asks for, what core makes of it and an attempt starts from, and what a
// finished task has to show. They travel as JSON; core holds each to its form before it keeps it.
import { z } from 'zod'
import { actions, leverages } from './negotiation-turns.ts'

const identifier = z.string().min(1).max(40)
const cents = z.int().min(0).max(100_000_000)
const positiveCents = cents.min(1)
const sentence = z.string().max(2_000)

/** The listing as it was when the task was asked for: all attempts work on the same facts. */
export const listingFactsSchema = z.object({
  id: identifier,
  title: z.string(),
  category: z.string(),
  condition: z.enum(['new', 'good', 'worn']),
  priceCents: positiveCents,
  daysListed: z.int().min(0),
})

export const maxReviewedListings = 50

export const negotiationRoundSchema = z.object({
  offerCents: positiveCents,
  counterCents: positiveCents.optional().describe('What the seller asked for then, if anything'),
})

export const taskTypes = {
  negotiation: {
    request: z.object({ listingId: identifier, budgetCents: positiveCents }),
    input: z.object({ listing: listingFactsSchema, budgetCents: positiveCents }),
    result: z
      .object({
        action: z.enum(actions),
        priceCents: cents.describe('Accepted or offered; 0 when walking away'),
        message: sentence.describe('What the seller reads'),
        model: z.string().min(1).max(200),
        rounds: z.array(negotiationRoundSchema).max(10),
      })
      .refine(({ action, priceCents }) => (action === 'walk_away') === (priceCents === 0), {
        path: ['priceCents'],
        message: 'must be 0 when walking away, and only then',
      }),
  },
  price_review: {
    request: z.object({
      listingIds: z.array(identifier).min(1).max(maxReviewedListings),
    }),
    input: z.object({ listings: z.array(listingFactsSchema).min(1).max(maxReviewedListings) }),
    result: z.object({
      reviews: z
        .array(
          z.object({
            listingId: identifier,
            leverage: z.enum(leverages).describe('How strong a buyer would be'),
            priceCents: positiveCents,
            suggestedCents: positiveCents,
          }),
        )
        .max(maxReviewedListings),
      model: z.string().min(1).max(200),
    }),
  },
  listing_summary: {
    request: z.object({ listingId: identifier }),
    input: z.object({ listing: listingFactsSchema }),
    result: z.object({
      summary: sentence,
      leverage: z.enum(leverages),
      model: z.string().min(1).max(200),
    }),
  },
  /** Does nothing in so many nodes: what the machinery itself costs. Not offered at the edge. */
  noop: {
    request: z.object({ nodes: z.int().min(1).max(4) }),
    input: z.object({ nodes: z.int().min(1).max(4) }),
    result: z.object({ nodes: z.int() }),
  },
} as const

export type TaskTypes = typeof taskTypes
export type TaskType = keyof TaskTypes
export type TaskRequest<Type extends TaskType> = z.infer<TaskTypes[Type]['request']>
export type TaskInput<Type extends TaskType> = z.infer<TaskTypes[Type]['input']>
export type TaskResult<Type extends TaskType> = z.infer<TaskTypes[Type]['result']>
export type ListingFacts = z.infer<typeof listingFactsSchema>

export const taskTypeSchema = z.enum(Object.keys(taskTypes) as [TaskType, ...TaskType[]])

/** The agent that works on a task, for spans and metrics. Negotiations are led for the buyer. */
export const agentTypes = {
  negotiation: 'buyer',
  price_review: 'reviewer',
  listing_summary: 'writer',
  noop: 'none',
} as const satisfies Record<TaskType, string>
