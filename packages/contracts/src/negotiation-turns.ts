// The three questions a negotiation asks its model, for either side of the table, and the form of their answers. The
// model is trained on exactly these prompts: a changed space here is a retrained model. Numbers are computed by us and
// copied by the model.
import { z } from 'zod'

/** The longest price a prompt can hold: five digits, whole dollars. */
export const maxPriceDollars = 99_999
const priceDigits = 5

export const sides = ['buyer', 'seller'] as const
export const leverages = ['weak', 'fair', 'strong'] as const
export const tones = ['warm', 'plain', 'firm', 'formal', 'brief'] as const
export const actions = ['accept', 'offer', 'walk_away'] as const
export const gaps = ['met', 'ok', 'near', 'far'] as const

/** In the last one the seller has said its last word: take it or leave it. */
export const lastRound = 3

export type Side = (typeof sides)[number]
export type Leverage = (typeof leverages)[number]
export type Tone = (typeof tones)[number]
export type Action = (typeof actions)[number]
export type Gap = (typeof gaps)[number]

export const analyseAnswerSchema = z.strictObject({ leverage: z.enum(leverages) })
export const proposeAnswerSchema = z.strictObject({
  price: z.string().regex(/^[0-9]{5}$/),
  tone: z.enum(tones),
})
export const decideAnswerSchema = z.strictObject({
  action: z.enum(actions),
  /** `{price}` and `{item}` stand for the facts, which the caller fills in. */
  message: z.string().min(1).max(200),
})

export interface AnalysePrompt {
  readonly side: Side
  readonly category: string
  readonly condition: 'new' | 'good' | 'worn'
  readonly daysListed: number
}

export function analysePrompt({ side, category, condition, daysListed }: AnalysePrompt): string {
  const age = daysListed < 7 ? 'fresh' : daysListed < 30 ? 'settled' : 'stale'
  return `analyse side:${side} category:${category} condition:${condition} age:${age}`
}

/** Where the two stand when one of them is to speak. */
export interface Position {
  readonly side: Side
  readonly round: number
  readonly askDollars: number
  /** The buyer's last offer; 0 before the first. */
  readonly offerDollars: number
  /** The most that this buyer would pay, or the least that this seller would take. */
  readonly limitDollars: number
}

export interface ProposePrompt extends Position {
  readonly leverage: Leverage
}

export function proposePrompt(turn: ProposePrompt): string {
  const { side, round, askDollars, offerDollars, limitDollars, leverage } = turn
  const numbers = `ask:${digits(askDollars)} offer:${digits(offerDollars)} limit:${digits(limitDollars)}`
  const hints = `gap:${priceGap(turn)} step:${digits(suggestedPrice(turn, leverage))}`
  return `propose side:${side} round:${round} ${numbers} ${hints} leverage:${leverage}`
}

export interface DecidePrompt extends Position {
  /** What this side names, unless it accepts or leaves. */
  readonly priceDollars: number
  readonly tone: Tone
}

export function decidePrompt(turn: DecidePrompt): string {
  const { side, round, askDollars, offerDollars, limitDollars, priceDollars, tone } = turn
  const [ask, offer] = side === 'buyer' ? [askDollars, priceDollars] : [priceDollars, offerDollars]
  const possible = priceGap(turn)
  const gap: Gap = possible === 'ok' && offer >= ask ? 'met' : possible
  const numbers = `ask:${digits(ask)} offer:${digits(offer)} limit:${digits(limitDollars)}`
  return `decide side:${side} round:${round} ${numbers} gap:${gap} tone:${tone}`
}

/** ok: this side could agree to what the other asks. near: not yet, but there is something to say. far: there is not. */
export function priceGap({
  side,
  askDollars,
  offerDollars,
  limitDollars,
}: Position): Exclude<Gap, 'met'> {
  const decent = lowestPrice(askDollars)
  if (side === 'seller') {
    if (offerDollars >= limitDollars) return 'ok'
    return offerDollars >= decent ? 'near' : 'far'
  }
  if (limitDollars >= askDollars) return 'ok'
  // Who has offered all there is has nothing left to say.
  return limitDollars >= decent && limitDollars > offerDollars ? 'near' : 'far'
}

/** Below this an offer insults the seller. */
export function lowestPrice(askDollars: number): number {
  return Math.ceil(askDollars * 0.6)
}

/** The next price that this side's leverage allows: towards the other, never beyond its own limit. */
export function suggestedPrice(position: Position, leverage: Leverage): number {
  const { side, askDollars, offerDollars, limitDollars } = position
  const distance = askDollars - offerDollars
  if (side === 'seller') {
    if (offerDollars >= limitDollars) return offerDollars
    const wanted = askDollars - Math.round(distance * conceded[leverage])
    return Math.min(askDollars, Math.max(wanted, limitDollars))
  }
  const wanted =
    offerDollars === 0
      ? Math.round(askDollars * opened[leverage])
      : offerDollars + Math.max(1, Math.round(distance * conceded[leverage]))
  return Math.max(1, Math.min(wanted, limitDollars, askDollars))
}

/** The share of the asking price that a buyer begins with. */
const opened = { strong: 0.8, fair: 0.88, weak: 0.95 } as const satisfies Record<Leverage, number>

/** The share of the distance that is given up at a time. */
const conceded = { strong: 0.3, fair: 0.5, weak: 0.7 } as const satisfies Record<Leverage, number>

function digits(dollars: number): string {
  const whole = Math.max(0, Math.min(maxPriceDollars, Math.floor(dollars)))
  return String(whole).padStart(priceDigits, '0')
}
