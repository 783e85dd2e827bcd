// The behaviour that the model is taught: one random turn of a negotiation with the answer we would like.
import {
  type Action,
  type AnalysePrompt,
  actions,
  analysePrompt,
  type DecidePrompt,
  decidePrompt,
  type Leverage,
  leverages,
  lowestPrice,
  maxPriceDollars,
  priceGap,
  proposePrompt,
  suggestedPrice,
  type Tone,
  tones,
} from '@throughline/contracts'
import { categoryName } from './categories.ts'
import type { Random } from './random.ts'
import { wordMessage } from './wording.ts'

/** A stretch of the answer and how much its tokens count in training. */
export type Segment = readonly [text: string, weight: number]

export interface Turn {
  readonly kind: 'analyse' | 'propose' | 'decide' | 'compare'
  readonly prompt: string
  readonly answer: readonly Segment[]
  /** The answer is only a beginning: its end is not learnt. */
  readonly open?: true
}

/** What must be right counts three times as much as the wording around it. */
const factWeight = 3

export function analyseTurn(random: Random): Turn {
  const facts: AnalysePrompt = {
    category: categoryName(random),
    condition: random.pick(['new', 'good', 'worn']),
    daysListed: random.pick([random.integer(0, 6), random.integer(7, 29), random.integer(30, 400)]),
  }
  const answer = fill('{"leverage":"', [leverageOf(facts), factWeight], '"}')
  return { kind: 'analyse', prompt: analysePrompt(facts), answer }
}

export function proposeTurn(random: Random): Turn {
  const askDollars = randomPrice(random)
  const budgetDollars = randomBudget(askDollars, random)
  const leverage = random.pick(leverages)
  const step = suggestedPrice(askDollars, budgetDollars, leverage)
  const price = String(step).padStart(4, '0')
  const answer = fill(
    '{"price":"',
    [price, factWeight],
    '","tone":"',
    toneFor(leverage, random),
    '"}',
  )
  return { kind: 'propose', prompt: proposePrompt({ askDollars, budgetDollars, leverage }), answer }
}

export function decideTurn(random: Random): Turn {
  const askDollars = randomPrice(random)
  const budgetDollars = randomBudget(askDollars, random)
  const facts = {
    askDollars,
    budgetDollars,
    priceDollars: randomOffer(askDollars, budgetDollars, random),
    tone: random.pick(tones),
  }
  // A caller may allow fewer actions than the model would choose from: the message has to follow the action that
  // stands there. So a few turns carry another action, which itself is not learnt.
  const forced = random.next() < 0.1
  const action = forced ? random.pick(actions) : actionFor(facts)
  const message = wordMessage(action, facts.tone, random)
  const answer = fill('{"action":"', [action, forced ? 0 : factWeight], `","message":"${message}"}`)
  return { kind: 'decide', prompt: decidePrompt(facts), answer }
}

/**
 * The one comparison that the model has to make itself, on its own: is the offer the asking price? A turn as short as
 * this is cheap, and it takes tens of thousands to learn to compare digits.
 */
export function compareTurn(random: Random): Turn {
  const askDollars = randomPrice(random)
  const facts = {
    askDollars,
    budgetDollars: random.integer(askDollars, maxPriceDollars),
    priceDollars: random.next() < 0.5 ? askDollars : randomOffer(askDollars, askDollars, random),
    tone: random.pick(tones),
  }
  const answer = fill('{"action":"', [actionFor(facts), factWeight])
  return { kind: 'compare', prompt: decidePrompt(facts), answer, open: true }
}

/** Stale and worn things give the buyer an edge, fresh and new ones the seller; opposites cancel out. */
export function leverageOf({ condition, daysListed }: AnalysePrompt): Leverage {
  const byAge = daysListed < 7 ? -1 : daysListed < 30 ? 0 : 1
  const byCondition = { new: -1, good: 0, worn: 1 }[condition]
  const balance = byAge + byCondition
  return balance < 0 ? 'weak' : balance > 0 ? 'strong' : 'fair'
}

export function actionFor({ askDollars, budgetDollars, priceDollars }: DecidePrompt): Action {
  const gap = priceGap(askDollars, budgetDollars)
  if (gap === 'far') return 'walk_away'
  return gap === 'ok' && priceDollars === askDollars ? 'accept' : 'offer'
}

function toneFor(leverage: Leverage, random: Random): Tone {
  const usual = { strong: 'firm', fair: 'plain', weak: 'warm' } as const
  return random.next() < 0.8 ? usual[leverage] : random.pick(tones)
}

/** As many small prices as large ones, each digit at each place. */
function randomPrice(random: Random): number {
  return random.integer(1, random.pick([99, 999, maxPriceDollars, maxPriceDollars]))
}

function randomBudget(askDollars: number, random: Random): number {
  const lowest = lowestPrice(askDollars)
  return random.pick([
    random.integer(askDollars, maxPriceDollars),
    random.integer(lowest, askDollars),
    random.integer(1, Math.max(1, lowest - 1)),
  ])
}

function randomOffer(askDollars: number, budgetDollars: number, random: Random): number {
  if (random.next() < 0.3) return Math.min(askDollars, budgetDollars)
  // One digit apart from the asking price: equal and almost equal have to be told apart.
  if (random.next() < 0.3)
    return Math.max(1, askDollars - random.pick([1, 2, 10, 20, 100, 200, 1_000]))
  return suggestedPrice(askDollars, budgetDollars, random.pick(leverages))
}

function fill(...parts: readonly (string | Segment)[]): Segment[] {
  return parts.map((part) => (typeof part === 'string' ? [part, 1] : part))
}
