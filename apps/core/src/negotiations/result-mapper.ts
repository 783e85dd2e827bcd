import { NegotiationAction, type NegotiationResult as ResultMessage } from '@throughline/contracts'
import { z } from 'zod'
import type { NegotiationResult as ResultRow } from '../gen/prisma/client.ts'
import { cents, requiredText, text } from '../validation.ts'

const actions = {
  accept: NegotiationAction.ACCEPT,
  offer: NegotiationAction.OFFER,
  walk_away: NegotiationAction.WALK_AWAY,
} as const satisfies Record<ResultRow['action'], NegotiationAction>

const actionNames = new Map<number, ResultRow['action']>([
  [NegotiationAction.ACCEPT, 'accept'],
  [NegotiationAction.OFFER, 'offer'],
  [NegotiationAction.WALK_AWAY, 'walk_away'],
])

const tokens = z.int().min(0, 'must not be negative')

export const resultSchema = z
  .object({
    action: z.number().transform((value, context) => {
      const name = actionNames.get(value)
      if (name === undefined) context.addIssue('must be an action')
      return name ?? z.NEVER
    }),
    priceCents: cents,
    message: text(2_000),
    model: requiredText(200),
    inputTokens: tokens,
    outputTokens: tokens,
  })
  .refine(({ action, priceCents }) => (action === 'walk_away') === (priceCents === 0), {
    path: ['priceCents'],
    message: 'must be 0 when walking away, and only then',
  })

export type NegotiationResultInput = z.infer<typeof resultSchema>

export function toResultMessage(row: ResultRow): ResultMessage {
  return {
    action: actions[row.action],
    priceCents: row.priceCents,
    message: row.message,
    model: row.model,
    inputTokens: row.inputTokens,
    outputTokens: row.outputTokens,
  }
}
