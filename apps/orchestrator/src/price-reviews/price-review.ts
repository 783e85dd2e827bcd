// The workflow of a price review: every listing is judged on its own, many side by side, while its neighbours' prices
// are compared; a join puts both together.
import { analyseAnswerSchema, taskTypes } from '@throughline/contracts'
import { z } from 'zod'
import { analyseQuestion } from '../listings/analyse-question.ts'
import { defineWorkflow } from '../workflows/define-workflow.ts'
import { middlePrices, suggestedCents } from './suggest-price.ts'

export const priceReview = defineWorkflow({
  name: 'price_review',
  version: 1,
  timeoutMs: 600_000,
  input: taskTypes.price_review.input,
  result: taskTypes.price_review.result,
})
  .each('judge', {
    type: 'model',
    after: ['input'],
    items: ({ input }) => input.listings,
    concurrency: 4,
    // One unlucky listing among fifty is asked again by itself, not with all the others.
    retries: { times: 2, firstDelayMs: 200, maxDelayMs: 2_000 },
    timeoutMs: 60_000,
    output: analyseAnswerSchema.extend({ model: z.string() }),
    run: async ({ item, ask, model }) => ({ ...(await ask(analyseQuestion(item))), model }),
  })
  .tool('compare', {
    after: ['input'],
    output: z.record(z.string(), z.number()),
    run: ({ input }) => middlePrices(input.listings),
  })
  .join('review', {
    after: ['judge', 'compare'],
    output: taskTypes.price_review.result,
    run: ({ input, outputs: { judge, compare } }) => ({
      reviews: input.listings.flatMap(({ id, category, priceCents }, index) => {
        const judged = judge[index]
        if (judged === undefined) return []
        const { leverage } = judged
        const suggested = suggestedCents(priceCents, leverage, compare[category])
        return [{ listingId: id, leverage, priceCents, suggestedCents: suggested }]
      }),
      model: judge[0]?.model ?? '',
    }),
  })
  .result('review')
