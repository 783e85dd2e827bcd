// Between core's messages and the workflow: the facts a negotiation starts from, the result it ends with.
import {
  type Action,
  ListingCondition,
  NegotiationAction,
  type NegotiationResult,
  type StartTaskResponse,
} from '@throughline/contracts'
import { TaskError } from '../errors.ts'
import type { WorkflowResult } from '../tasks/run-workflow.ts'
import type { OutputsOf } from '../tasks/workflow.ts'
import { fillMessage } from './fill-message.ts'
import type { NegotiationFacts, negotiation } from './negotiation.ts'
import { agreedPrice } from './policy.ts'

/** Negotiations are led for the buyer. */
export const agentType = 'buyer'

export function factsOf({ listing, budgetCents }: StartTaskResponse): NegotiationFacts {
  if (listing === undefined) {
    throw new TaskError('internal', { cause: new Error('a negotiation without a listing') })
  }
  return {
    item: listing.title,
    category: listing.category,
    condition: conditionOf(listing.condition),
    daysListed: listing.daysListed,
    askCents: listing.priceCents,
    budgetCents,
  }
}

export function resultOf(
  { item, askCents }: NegotiationFacts,
  { outputs, usages }: WorkflowResult<OutputsOf<typeof negotiation>>,
): NegotiationResult {
  const { action, message } = outputs.decide
  const { priceCents } = outputs.policy
  const agreedCents = agreedPrice(action, priceCents, askCents)
  return {
    action: resultActions[action],
    priceCents: agreedCents,
    message: fillMessage(message, { item, priceCents: agreedCents || priceCents }),
    model: usages.at(-1)?.model ?? '',
    inputTokens: sum(usages.map((usage) => usage.inputTokens)),
    outputTokens: sum(usages.map((usage) => usage.outputTokens)),
  }
}

const resultActions = {
  accept: NegotiationAction.ACCEPT,
  offer: NegotiationAction.OFFER,
  walk_away: NegotiationAction.WALK_AWAY,
} as const satisfies Record<Action, NegotiationAction>

function conditionOf(condition: ListingCondition): NegotiationFacts['condition'] {
  switch (condition) {
    case ListingCondition.NEW:
      return 'new'
    case ListingCondition.WORN:
      return 'worn'
    default:
      return 'good'
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
