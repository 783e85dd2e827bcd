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
import { buyersPosition, type PolicyDecision, type Standing } from './policy.ts'

export interface Proposal {
  readonly price: string
  readonly tone: Tone
}

export function proposeQuestion(
  standing: Standing,
  budgetCents: number,
  leverage: Leverage,
): Question<Proposal> {
  const prompt = proposePrompt({ ...buyersPosition(standing, budgetCents), leverage })
  return { name: 'propose', prompt, answer: proposeAnswerSchema }
}

export function decideQuestion(
  policy: PolicyDecision,
  budgetCents: number,
  tone: Tone,
): Question<{ action: Action; message: string }> {
  const prompt = decidePrompt({
    ...buyersPosition(policy, budgetCents),
    priceDollars: policy.priceCents / 100,
    tone,
  })
  // The model can only say what the policy allows.
  const answer = decideAnswerSchema.extend({ action: z.enum(policy.allowedActions) })
  return { name: 'decide', prompt, answer }
}

export function proposedCents({ price }: Proposal): number {
  return Number(price) * 100
}
