// The behaviour that the model is taught: one random turn of a negotiation with the answer we would like.
import {
  type Action,
  type AnalysePrompt,
  actions,
  analysePrompt,
  type DecidePrompt,
  decidePrompt,
  type Leverage,
  lastRound,
  leverages,
  lowestPrice,
  maxPriceDollars,
  type Position,
  priceGap,
  proposePrompt,
  type Side,
  sides,
  suggestedPrice,
  type Tone,
  tones,
} from '@throughline/contracts'
import { categoryName } from './category-name.ts'
import type { Random } from './random.ts'
import { wordMessage } from './wording.ts'

/** A stretch of the answer and how much its tokens count in training. */
export type Segment = readonly [text: string, weight: number]

export interface Turn {
  readonly kind: 'analyse' | 'propose' | 'decide'
  readonly prompt: string
  readonly answer: readonly Segment[]
  /** Its action is one that the prompt does not say: what the message has to follow, and nothing to be judged by. */
  readonly forced?: true
}

/** What must be right counts three times as much as the wording around it. */
const factWeight = 3

export function analyseTurn(random: Random): Turn {
  const facts: AnalysePrompt = {
    side: random.pick(sides),
    category: categoryName(random),
    condition: random.pick(['new', 'good', 'worn']),
    daysListed: random.pick([random.integer(0, 6), random.integer(7, 29), random.integer(30, 400)]),
  }
  const answer = fill('{"leverage":"', [leverageOf(facts), factWeight], '"}')
  return { kind: 'analyse', prompt: analysePrompt(facts), answer }
}

export function proposeTurn(random: Random): Turn {
  const facts = { ...randomPosition(random), leverage: random.pick(leverages) }
  const step = suggestedPrice(facts, facts.leverage)
  const price = String(step).padStart(5, '0')
  const tone = random.next() < 0.85 ? usualTone(facts) : random.pick(tones)
  const answer = fill('{"price":"', [price, factWeight], `","tone":"${tone}"}`)
  return { kind: 'propose', prompt: proposePrompt(facts), answer }
}

export function decideTurn(random: Random): Turn {
  const position = randomPosition(random)
  const facts: DecidePrompt = {
    ...position,
    priceDollars: randomPriceOf(position, random),
    tone: random.pick(tones),
  }
  // A caller may allow fewer actions than the model would choose from: the message has to follow the action that
  // stands there. So a few turns carry another action, which itself is not learnt.
  const forced = random.next() < 0.15
  const action = forced ? random.pick(actions) : actionFor(facts)
  const message = wordMessage({ ...facts, action }, random)
  const answer = fill('{"action":"', [action, forced ? 0 : factWeight], `","message":"${message}"}`)
  return {
    ...{ kind: 'decide', prompt: decidePrompt(facts), answer },
    ...(forced && { forced }),
  }
}

/** Stale and worn things give the buyer an edge, fresh and new ones the seller; opposites cancel out. */
export function leverageOf({ side, condition, daysListed }: AnalysePrompt): Leverage {
  const byAge = daysListed < 7 ? -1 : daysListed < 30 ? 0 : 1
  const byCondition = { new: -1, good: 0, worn: 1 }[condition]
  const balance = (byAge + byCondition) * (side === 'buyer' ? 1 : -1)
  return balance < 0 ? 'weak' : balance > 0 ? 'strong' : 'fair'
}

export function actionFor(turn: DecidePrompt): Action {
  const gap = priceGap(turn)
  if (gap === 'far') return 'walk_away'
  if (gap === 'near') return turn.round < lastRound ? 'offer' : 'walk_away'
  return turn.round < lastRound && !haveMet(turn) ? 'offer' : 'accept'
}

function haveMet({ side, askDollars, offerDollars, priceDollars }: DecidePrompt): boolean {
  return side === 'buyer' ? priceDollars >= askDollars : offerDollars >= priceDollars
}

/** Who is strong presses, and does not repeat itself; who is weak is kind. */
export function usualTone({
  side,
  round,
  leverage,
}: {
  readonly side: Side
  readonly round: number
  readonly leverage: Leverage
}): Tone {
  if (leverage === 'weak') return 'warm'
  if (leverage === 'fair') return side === 'buyer' ? 'plain' : 'formal'
  return round === 1 ? 'firm' : 'brief'
}

function randomPosition(random: Random): Position {
  const side = random.pick(sides)
  const round = random.integer(1, lastRound)
  const askDollars = randomPrice(random)
  const decent = lowestPrice(askDollars)
  if (side === 'buyer') {
    const offerDollars =
      round === 1 ? 0 : random.integer(Math.min(decent, askDollars - 1), askDollars - 1)
    const limitDollars = random.pick([
      random.integer(askDollars, maxPriceDollars),
      random.integer(askDollars, Math.min(maxPriceDollars, 2 * askDollars)),
      random.integer(decent, askDollars),
      random.integer(Math.min(decent, offerDollars + 1), askDollars),
      random.integer(1, Math.max(1, decent - 1)),
    ])
    return { side, round, askDollars, offerDollars, limitDollars }
  }
  const limitDollars = random.integer(Math.max(1, Math.floor(askDollars * 0.7)), askDollars)
  const offerDollars = random.pick([
    random.integer(limitDollars, askDollars),
    random.integer(Math.min(decent, limitDollars - 1), limitDollars - 1),
    random.integer(Math.min(decent, limitDollars - 1), limitDollars - 1),
    random.integer(1, Math.max(1, decent - 1)),
  ])
  return { side, round, askDollars, offerDollars: Math.max(1, offerDollars), limitDollars }
}

/** As many small prices as large ones, each digit at each place. */
function randomPrice(random: Random): number {
  return random.integer(2, random.pick([99, 999, 9_999, maxPriceDollars, maxPriceDollars]))
}

/** What this side might name: what is suggested to it, what the other wants, or next to that. */
function randomPriceOf(position: Position, random: Random): number {
  const { side, askDollars, offerDollars, limitDollars } = position
  if (random.next() < 0.6) return suggestedPrice(position, random.pick(leverages))
  const other = side === 'buyer' ? Math.min(askDollars, limitDollars) : offerDollars
  if (random.next() < 0.5) return other
  const away = random.pick([1, 2, 10, 20, 100, 200, 1_000])
  return side === 'buyer' ? Math.max(1, other - away) : Math.min(askDollars, other + away)
}

function fill(...parts: readonly (string | Segment)[]): Segment[] {
  return parts.map((part) => (typeof part === 'string' ? [part, 1] : part))
}
