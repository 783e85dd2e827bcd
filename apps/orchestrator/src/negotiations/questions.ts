// What a negotiation asks its model. Prices go in and come out as whole dollars.
import {
  type Action,
  decideAnswerSchema,
  decidePrompt,
  type Leverage,
  proposeAnswerSchema,
  proposePrompt,
  type Tone,
} from '@throughline/contracts'
import { z } from 'zod'
import type { Question } from '../models/model-client.ts'
import type { PolicyDecision, Standing } from './policy.ts'

export interface Proposal {
  readonly price: string
  readonly tone: Tone
}

export function proposeQuestion(
  { round, askCents }: Standing,
  budgetCents: number,
  leverage: Leverage,
): Question<Proposal> {
  const prompt = proposePrompt({
    askDollars: askCents / 100,
    budgetDollars: budgetCents / 100,
    // Who was turned down presses no more.
    leverage: round === 1 ? leverage : 'weak',
  })
  return { name: 'propose', prompt, answer: proposeAnswerSchema }
}

export function decideQuestion(
  { askCents, priceCents, allowedActions }: PolicyDecision,
  budgetCents: number,
  tone: Tone,
): Question<{ action: Action; message: string }> {
  const prompt = decidePrompt({
    askDollars: askCents / 100,
    budgetDollars: budgetCents / 100,
    priceDollars: priceCents / 100,
    tone,
  })
  // The model can only say what the policy allows.
  const answer = decideAnswerSchema.extend({ action: z.enum(allowedActions) })
  return { name: 'decide', prompt, answer }
}

export function proposedCents({ price }: Proposal): number {
  return Number(price) * 100
}
