// What a shopper will do, decided before it enters: everything random about a visit is drawn here, so that the same
// seed gives the same visits however fast the shop answers.
import type { Random } from '../random.ts'
import { type MistakeName, mistakeNames } from './mistakes.ts'
import { type Wish, wishes } from './wishes.ts'

export type Visit = Shopping | Blunder

export interface Shopping {
  readonly kind: 'browse' | 'negotiate' | 'consult'
  readonly wish: Wish
  /** Pages looked at after the first, while there are more. */
  readonly looks: number
  readonly pageSize: number
  /** Between one step and the next. */
  readonly thinkMs: number
  /** Of those who negotiate. */
  readonly purchase?: Purchase
  /** Of those who only want an opinion. */
  readonly consultation?: Consultation
}

export interface Purchase {
  /** Which of the listings seen, from 0 for the first to below 1 for the last. */
  readonly choice: number
  /** Of the asking price. */
  readonly budgetShare: number
  readonly waiting: Waiting
  /** The model fails for this one. Only a gateway in demo mode listens. */
  readonly unlucky: boolean
}

export interface Consultation {
  /** As of a purchase. */
  readonly choice: number
  /** One listing, or the prices of all that were seen. */
  readonly about: 'listing' | 'prices'
  /** Cancels what it has asked for. */
  readonly changesMind: boolean
}

export type Waiting = (typeof waitings)[number]

/** For the answer in one request, by asking again, or by following the events. */
export const waitings = ['wait', 'poll', 'follow'] as const

export interface Blunder {
  readonly kind: 'mistake'
  readonly mistake: MistakeName
}

const mistakeShare = 0.06
const buyerShare = 0.45
const unluckyShare = 0.02
const consultingShare = 0.18
const fickleShare = 0.2

export function planVisit(random: Random): Visit {
  if (random.chance(mistakeShare)) return { kind: 'mistake', mistake: random.pick(mistakeNames) }
  const shopping = {
    wish: random.pick(wishes),
    looks: random.pick([0, 0, 1, 1, 2]),
    pageSize: random.pick([5, 10, 20]),
    thinkMs: Math.round(random.between(200, 1_500)),
  }
  if (!random.chance(buyerShare)) return lookAround(shopping, random)
  const purchase = {
    choice: random.next(),
    budgetShare: random.between(0.6, 1.05),
    waiting: random.pick(waitings),
    unlucky: random.chance(unluckyShare),
  }
  return { kind: 'negotiate', ...shopping, purchase }
}

function lookAround(shopping: Omit<Shopping, 'kind'>, random: Random): Shopping {
  if (!random.chance(consultingShare)) return { kind: 'browse', ...shopping }
  const consultation = {
    choice: random.next(),
    about: random.pick(['listing', 'prices']),
    changesMind: random.chance(fickleShare),
  } as const
  return { kind: 'consult', ...shopping, consultation }
}
