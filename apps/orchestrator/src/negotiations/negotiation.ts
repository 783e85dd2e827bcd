// The workflow of a negotiation: analyse the listing → propose a price → hold it to the policy → decide.
import {
  actions,
  analyseAnswerSchema,
  analysePrompt,
  decideAnswerSchema,
  decidePrompt,
  proposeAnswerSchema,
  proposePrompt,
} from '@throughline/contracts'
import { z } from 'zod'
import { defineWorkflow } from '../tasks/workflow.ts'
import { applyPolicy } from './policy.ts'

export interface NegotiationFacts {
  readonly item: string
  readonly category: string
  readonly condition: 'new' | 'good' | 'worn'
  readonly daysListed: number
  readonly askCents: number
  readonly budgetCents: number
}

const policyDecisionSchema = z.object({
  priceCents: z.int(),
  allowedActions: z.tuple([z.enum(actions)], z.enum(actions)).readonly(),
})

export const negotiation = defineWorkflow<NegotiationFacts>('negotiation', 1)
  .node({
    id: 'analyse',
    type: 'model',
    output: analyseAnswerSchema,
    run: ({ facts, ask }) =>
      ask({ name: 'analyse', prompt: analysePrompt(facts), answer: analyseAnswerSchema }),
  })
  .node({
    id: 'propose',
    type: 'model',
    output: proposeAnswerSchema,
    run: ({ facts, outputs, ask }) =>
      ask({
        name: 'propose',
        prompt: proposePrompt({ ...inDollars(facts), leverage: outputs.analyse.leverage }),
        answer: proposeAnswerSchema,
      }),
  })
  .node({
    id: 'policy',
    type: 'policy',
    output: policyDecisionSchema,
    run: ({ facts, outputs }) => applyPolicy(Number(outputs.propose.price) * 100, facts),
  })
  .node({
    id: 'decide',
    type: 'model',
    output: decideAnswerSchema,
    run: ({ facts, outputs: { propose, policy }, ask }) =>
      ask({
        name: 'decide',
        prompt: decidePrompt({
          ...inDollars(facts),
          priceDollars: policy.priceCents / 100,
          tone: propose.tone,
        }),
        // The model can only say what the policy allows.
        answer: decideAnswerSchema.extend({ action: z.enum(policy.allowedActions) }),
      }),
  })

function inDollars({ askCents, budgetCents }: NegotiationFacts) {
  return { askDollars: askCents / 100, budgetDollars: budgetCents / 100 }
}
