// The workflow of a negotiation: analyse the listing, propose a price, hold it to the policy, decide, hear the seller;
// twice if need be, and then take the seller's last word or leave it. What is not needed any more is skipped.
import {
  actions,
  analyseAnswerSchema,
  decideAnswerSchema,
  proposeAnswerSchema,
  type TaskInput,
  taskTypes,
} from '@throughline/contracts'
import { z } from 'zod'
import { analyseQuestion } from '../listings/analyse-question.ts'
import { defineWorkflow } from '../workflows/define-workflow.ts'
import type { Migrate } from '../workflows/workflow.ts'
import { finishNegotiation, type Round } from './finish-negotiation.ts'
import { applyPolicy, type Standing } from './policy.ts'
import { decideQuestion, proposedCents, proposeQuestion } from './questions.ts'
import { answerOffer } from './seller.ts'

const cents = z.int().min(0)
const policySchema = z.object({
  round: z.int(),
  askCents: cents,
  lastOfferCents: cents,
  priceCents: cents,
  allowedActions: z.tuple([z.enum(actions)], z.enum(actions)).readonly(),
})
const decisionSchema = decideAnswerSchema.extend({ model: z.string() })
const answerSchema = z.object({ accepted: z.boolean(), askCents: cents, lastOfferCents: cents })

/**
 * Version 1 had one round, and version 2 prices of four digits and a policy that forgot the last offer. The judgement
 * holds; what came after it is soon asked again.
 */
const migrate: Migrate = ({ version, outputs: { analyse } }) =>
  version === 1 || version === 2 ? { analyse } : undefined

export const negotiation = defineWorkflow({
  name: 'negotiation',
  version: 3,
  timeoutMs: 600_000,
  input: taskTypes.negotiation.input,
  result: taskTypes.negotiation.result,
  migrate,
})
  .model('analyse', {
    after: ['input'],
    output: analyseAnswerSchema,
    run: ({ input, ask }) => ask(analyseQuestion(input.listing)),
  })
  .model('propose', {
    after: ['analyse'],
    output: proposeAnswerSchema,
    run: ({ input, outputs: { analyse }, ask }) =>
      ask(proposeQuestion(opening(input), input.budgetCents, analyse.leverage)),
  })
  .policy('policy', {
    after: ['propose'],
    output: policySchema,
    run: ({ input, outputs: { propose } }) =>
      applyPolicy(proposedCents(propose), opening(input), input.budgetCents),
  })
  .model('decide', {
    after: ['propose', 'policy'],
    output: decisionSchema,
    run: async ({ input, outputs: { propose, policy }, ask, model }) => {
      const question = decideQuestion(policy, input.budgetCents, propose.tone)
      return { ...(await ask(question)), model }
    },
  })
  .tool('counter', {
    after: ['policy', 'decide'],
    when: { label: 'offer', holds: ({ outputs }) => outputs.decide.action === 'offer' },
    output: answerSchema,
    run: ({ input, outputs: { policy } }) => answerOffer(input.listing, policy),
  })

  .model('propose2', {
    after: ['analyse', 'counter'],
    when: { label: 'not taken', holds: ({ outputs }) => !outputs.counter.accepted },
    output: proposeAnswerSchema,
    run: ({ input, outputs: { analyse, counter }, ask }) =>
      ask(proposeQuestion({ round: 2, ...counter }, input.budgetCents, analyse.leverage)),
  })
  .policy('policy2', {
    after: ['counter', 'propose2'],
    output: policySchema,
    run: ({ input, outputs: { counter, propose2 } }) =>
      applyPolicy(proposedCents(propose2), { round: 2, ...counter }, input.budgetCents),
  })
  .model('decide2', {
    after: ['propose2', 'policy2'],
    output: decisionSchema,
    run: async ({ input, outputs: { propose2, policy2 }, ask, model }) => {
      const question = decideQuestion(policy2, input.budgetCents, propose2.tone)
      return { ...(await ask(question)), model }
    },
  })
  .tool('counter2', {
    after: ['policy2', 'decide2'],
    when: { label: 'offer', holds: ({ outputs }) => outputs.decide2.action === 'offer' },
    output: answerSchema,
    run: ({ input, outputs: { policy2 } }) => answerOffer(input.listing, policy2),
  })

  .policy('policy3', {
    after: ['counter2'],
    when: { label: 'not taken', holds: ({ outputs }) => !outputs.counter2.accepted },
    output: policySchema,
    // Nothing is left to propose.
    run: ({ input, outputs: { counter2 } }) =>
      applyPolicy(counter2.askCents, { round: 3, ...counter2 }, input.budgetCents),
  })
  .model('decide3', {
    after: ['propose2', 'policy3'],
    output: decisionSchema,
    run: async ({ input, outputs: { propose2, policy3 }, ask, model }) => {
      const question = decideQuestion(policy3, input.budgetCents, propose2.tone)
      return { ...(await ask(question)), model }
    },
  })

  .join('outcome', {
    after: ['policy', 'decide', 'counter', 'policy2', 'decide2', 'counter2', 'policy3', 'decide3'],
    output: taskTypes.negotiation.result,
    run: ({ input, outputs: of }) =>
      finishNegotiation(input.listing, [
        { policy: of.policy, decision: of.decide, answer: of.counter },
        ...roundOf(of.policy2, of.decide2, of.counter2),
        ...roundOf(of.policy3, of.decide3),
      ]),
  })
  .result('outcome')

function opening({ listing }: TaskInput<'negotiation'>): Standing {
  return { round: 1, askCents: listing.priceCents, lastOfferCents: 0 }
}

/** None, if it did not come to that. */
function roundOf(
  policy: Round['policy'] | undefined,
  decision: Round['decision'] | undefined,
  answer?: Round['answer'],
): Round[] {
  return policy === undefined || decision === undefined ? [] : [{ policy, decision, answer }]
}
