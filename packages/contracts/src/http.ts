// The gateway's HTTP bodies: validated by it, published in its OpenAPI document, parsed by its callers.
import { z } from 'zod'
import { taskStateNames } from './task-states.ts'
import { maxReviewedListings, taskTypes } from './task-types.ts'

/** Text that Postgres can hold and a log line can show: no NUL, no lone surrogate. */
const text = z
  .string()
  .refine((value) => !value.includes('\0'), 'must not contain NUL')
  .refine((value) => value.isWellFormed(), 'must be well-formed Unicode')

const cents = z.int().positive().max(100_000_000)

export const searchRequestSchema = z
  .strictObject({
    query: text.trim().min(1).max(200).describe('Words to look for in titles and descriptions'),
    category: text.min(1).max(40).optional().describe('Only this category'),
    maxPriceCents: cents.optional().describe('Nothing dearer, in cents of a US dollar'),
    pageSize: z.int().min(1).max(100).default(20),
    pageToken: text.min(1).max(200).optional().describe('`nextPageToken` of the page before'),
  })
  .meta({ examples: [{ query: 'gravel bike', maxPriceCents: 90_000 }] })

export const listingSchema = z
  .object({
    id: z.string(),
    title: z.string(),
    description: z.string(),
    category: z.string(),
    condition: z.enum(['new', 'good', 'worn']),
    priceCents: z.int(),
    daysListed: z.int(),
  })
  .meta({ id: 'Listing' })

export const searchResponseSchema = z.object({
  listings: z.array(listingSchema),
  nextPageToken: z.string().optional(),
})

export const negotiateRequestSchema = z
  .strictObject({
    listingId: text.min(1).max(40).describe('A listing, as search returned it'),
    budgetCents: cents.describe('The most the buyer would pay, in cents of a US dollar'),
  })
  .meta({ examples: [{ listingId: 'lst_z3kl2i', budgetCents: 60_000 }] })

export const reviewPricesRequestSchema = z
  .strictObject({
    listingIds: z
      .array(text.min(1).max(40))
      .min(1)
      .max(maxReviewedListings)
      .describe('Listings, as search returned them'),
  })
  .meta({ examples: [{ listingIds: ['lst_z3kl2i'] }] })

export const summariseListingRequestSchema = z
  .strictObject({ listingId: text.min(1).max(40).describe('A listing, as search returned it') })
  .meta({ examples: [{ listingId: 'lst_z3kl2i' }] })

export const usageSchema = z.object({
  inputTokens: z.int(),
  outputTokens: z.int(),
  costUsd: z.number().describe('Of all calls whose price is known'),
  unpricedCalls: z.int().describe('Calls to models whose price is not known'),
})

export const taskSchema = z
  .object({
    id: z.string(),
    negotiationId: z.string().optional().describe('Of a negotiation'),
    type: z.enum(['negotiation', 'price_review', 'listing_summary', 'noop']),
    state: z.enum(taskStateNames),
    attempt: z.int().describe('How many attempts have started'),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    result: z
      .union([
        taskTypes.negotiation.result,
        taskTypes.price_review.result,
        taskTypes.listing_summary.result,
        taskTypes.noop.result,
      ])
      .optional(),
    usage: usageSchema,
    error: z.object({ code: z.string(), message: z.string() }).optional(),
    links: z.object({ self: z.string(), events: z.string() }),
  })
  .meta({ id: 'Task' })

/** What is known of a task the moment it is accepted. */
export const taskAcceptedSchema = taskSchema.pick({ id: true, links: true })
export const negotiationAcceptedSchema = taskAcceptedSchema.extend({ negotiationId: z.string() })

/** RFC 9457, with the trace to look at. */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional(),
    trace_id: z.string().optional(),
    errors: z
      .array(z.object({ field: z.string(), message: z.string() }))
      .optional()
      .describe('Every field that was refused'),
  })
  .meta({ id: 'Problem' })

export type SearchRequest = z.infer<typeof searchRequestSchema>
export type SearchResponse = z.infer<typeof searchResponseSchema>
export type NegotiateRequest = z.infer<typeof negotiateRequestSchema>
export type ReviewPricesRequest = z.infer<typeof reviewPricesRequestSchema>
export type SummariseListingRequest = z.infer<typeof summariseListingRequestSchema>
export type TaskAccepted = z.infer<typeof taskAcceptedSchema>
export type NegotiationAccepted = z.infer<typeof negotiationAcceptedSchema>
export type TaskBody = z.infer<typeof taskSchema>
export type Problem = z.infer<typeof problemSchema>
