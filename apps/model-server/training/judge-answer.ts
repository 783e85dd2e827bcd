// What can be said of one answer by looking at its question. The same judgement for a held-out turn and for one that
// was played.
import {
  actions,
  analyseAnswerSchema,
  decideAnswerSchema,
  lowestPrice,
  proposeAnswerSchema,
  sides,
  tones,
} from '@throughline/contracts'
import { z } from 'zod'
import type { Turn } from './turns.ts'
import { isWordedAsTaught } from './wording.ts'

const schemas = {
  analyse: analyseAnswerSchema,
  propose: proposeAnswerSchema,
  decide: decideAnswerSchema,
} as const

export type Kind = Turn['kind']

export interface Judgement {
  readonly kind: Kind
  /** What the app would take as it is: compact JSON with the right keys in order, and nothing else. */
  readonly valid: boolean
  readonly answer: Readonly<Record<string, string>>
  /** Inside the bounds of both sides, and a step towards the other. Of proposals only. */
  readonly sensible?: boolean
  /** Put together from taught sentences of the right side, round, action and tone. Of messages only. */
  readonly worded?: boolean
}

export function judgeAnswer(kind: Kind, prompt: string, text: string): Judgement {
  const answer = readAnswer(kind, text)
  if (answer === undefined) return { kind, valid: false, answer: {} }
  const judged = { kind, answer, valid: JSON.stringify(answer) === text }
  const facts = factsIn(prompt)
  if (kind === 'propose') return { ...judged, sensible: isSensible(answer.price, facts) }
  if (kind === 'decide') return { ...judged, worded: isWorded(answer, facts) }
  return judged
}

function readAnswer(kind: Kind, text: string): Record<string, string> | undefined {
  try {
    return schemas[kind].parse(JSON.parse(text))
  } catch {
    // That it cannot be read is the judgement.
    return undefined
  }
}

function factsIn(prompt: string): Readonly<Record<string, string>> {
  const [, ...fields] = prompt.split(' ')
  return Object.fromEntries(fields.map((field) => field.split(':')))
}

const positionSchema = z.object({
  side: z.enum(sides),
  ask: z.coerce.number(),
  offer: z.coerce.number(),
  limit: z.coerce.number(),
})

function isSensible(price: string | undefined, facts: object): boolean {
  const { side, ask, offer, limit } = positionSchema.parse(facts)
  const dollars = Number(price)
  if (side === 'seller') return dollars <= ask && dollars >= Math.max(offer, Math.min(limit, ask))
  const most = Math.min(ask, limit)
  // Who has nothing left to offer can only repeat it, and will walk away.
  const least = Math.min(most, Math.max(offer + 1, lowestPrice(ask)))
  return dollars <= most && dollars >= least
}

const occasionSchema = z.object({
  side: z.enum(sides),
  round: z.coerce.number(),
  tone: z.enum(tones),
  action: z.enum(actions),
})

function isWorded(answer: Readonly<Record<string, string>>, facts: object): boolean {
  return isWordedAsTaught(answer.message ?? '', occasionSchema.parse({ ...facts, ...answer }))
}
