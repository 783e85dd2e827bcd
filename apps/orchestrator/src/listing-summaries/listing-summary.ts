// The workflow of a summary: a judgement and plain facts, found side by side, make a sentence or two.
import { analyseAnswerSchema, taskTypes } from '@throughline/contracts'
import { z } from 'zod'
import { analyseQuestion } from '../listings/analyse-question.ts'
import { defineWorkflow } from '../workflows/define-workflow.ts'
import { adviceFor, describeListing } from './wording.ts'

export const listingSummary = defineWorkflow({
  name: 'listing_summary',
  version: 1,
  timeoutMs: 600_000,
  input: taskTypes.listing_summary.input,
  result: taskTypes.listing_summary.result,
})
  .model('analyse', {
    after: ['input'],
    output: analyseAnswerSchema.extend({ model: z.string() }),
    run: async ({ input, ask, model }) => ({
      ...(await ask(analyseQuestion(input.listing))),
      model,
    }),
  })
  .tool('describe', {
    after: ['input'],
    output: z.object({ text: z.string() }),
    run: ({ input }) => ({ text: describeListing(input.listing) }),
  })
  .join('summary', {
    after: ['analyse', 'describe'],
    output: taskTypes.listing_summary.result,
    run: ({ outputs: { analyse, describe } }) => ({
      summary: `${describe.text} ${adviceFor(analyse.leverage)}`,
      leverage: analyse.leverage,
      model: analyse.model,
    }),
  })
  .result('summary')
