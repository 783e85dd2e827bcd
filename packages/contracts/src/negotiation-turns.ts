// The three questions a negotiation asks its model, and the form of their answers. The model is trained on exactly
// these prompts: a changed space here is a retrained model. Numbers are computed by us and copied by the model.
import { z } from 'zod'

/** The longest price a prompt can hold: four digits, whole dollars. */
export const maxPriceDollars = 9_999

export const leverages = ['weak', 'fair', 'strong'] as const
export const tones = ['warm', 'plain', 'firm'] as const
export const actions = ['accept', 'offer', 'walk_away'] as const
export const gaps = ['ok', 'near', 'far'] as const

export type Leverage = (typeof leverages)[number]
export type Tone = (typeof tones)[number]
export type Action = (typeof actions)[number]
export type Gap = (typeof gaps)[number]

export const analyseAnswerSchema = z.strictObject({ leverage: z.enum(leverages) })
export const proposeAnswerSchema = z.strictObject({
  price: z.string().regex(/^[0-9]{4}$/),
  tone: z.enum(tones),
})
export const decideAnswerSchema = z.strictObject({
  action: z.enum(actions),
  /** `{price}` and `{item}` stand for the facts, which the caller fills in. */
  message: z.string().min(1).max(200),
})

export interface AnalysePrompt {
  readonly category: string
  readonly condition: 'new' | 'good' | 'worn'
  readonly daysListed: number
}

export function analysePrompt({ category, condition, daysListed }: AnalysePrompt): string {
  const age = daysListed < 7 ? 'fresh' : daysListed < 30 ? 'settled' : 'stale'
  return `analyse category:${category} condition:${condition} age:${age}`
}

export interface ProposePrompt {
  readonly askDollars: number
  readonly budgetDollars: number
  readonly leverage: Leverage
}

export function proposePrompt({ askDollars, budgetDollars, leverage }: ProposePrompt): string {
  const gap = priceGap(askDollars, budgetDollars)
  const step = suggestedPrice(askDollars, budgetDollars, leverage)
  return `propose ask:${digits(askDollars)} budget:${digits(budgetDollars)} gap:${gap} step:${digits(step)} leverage:${leverage}`
}

export interface DecidePrompt {
  readonly askDollars: number
  readonly budgetDollars: number
  readonly priceDollars: number
  readonly tone: Tone
}

export function decidePrompt({
  askDollars,
  budgetDollars,
  priceDollars,
  tone,
}: DecidePrompt): string {
  const gap = priceGap(askDollars, budgetDollars)
  return `decide ask:${digits(askDollars)} offer:${digits(priceDollars)} gap:${gap} tone:${tone}`
}

/** ok: the budget covers the asking price. near: it could be bargained down to it. far: it could not. */
export function priceGap(askDollars: number, budgetDollars: number): Gap {
  if (budgetDollars >= askDollars) return 'ok'
  return budgetDollars >= lowestPrice(askDollars) ? 'near' : 'far'
}

/** Below this an offer insults the seller. */
export function lowestPrice(askDollars: number): number {
  return Math.ceil(askDollars * 0.6)
}

/** The opening that the buyer's leverage allows, inside budget and decency. */
export function suggestedPrice(
  askDollars: number,
  budgetDollars: number,
  leverage: Leverage,
): number {
  const share = { strong: 0.8, fair: 0.88, weak: 0.95 }[leverage]
  const wanted = Math.round(askDollars * share)
  return Math.max(1, Math.min(wanted, budgetDollars, askDollars))
}

function digits(dollars: number): string {
  return String(Math.max(0, Math.min(maxPriceDollars, Math.floor(dollars)))).padStart(4, '0')
}
