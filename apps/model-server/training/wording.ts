// What the two sides say. Each message is an opening, a sentence that carries the facts, and sometimes a close. All are
// written for this project, and their combinations are the language that the model learns.
import type { Action, Side, Tone } from '@throughline/contracts'
import { buyerPhrases } from './phrases/buyer.ts'
import type { Phrases } from './phrases/phrases.ts'
import { sellerPhrases } from './phrases/seller.ts'
import type { Random } from './random.ts'

export interface Occasion {
  readonly side: Side
  readonly round: number
  readonly action: Action
  readonly tone: Tone
}

export function wordMessage(occasion: Occasion, random: Random): string {
  const { openings, sentences, closes } = wordsFor(occasion)
  const parts = [random.pick(openings), random.pick(sentences)]
  if (closes.length > 0 && random.next() < 0.6) parts.push(random.pick(closes))
  return parts.join(' ')
}

/** Is the message put together from what belongs there, and from nothing else? Anything else is a slip. */
export function isWordedAsTaught(message: string, occasion: Occasion): boolean {
  const { openings, sentences, closes } = wordsFor(occasion)
  return openings.some((opening) =>
    sentences.some((sentence) => {
      const body = `${opening} ${sentence}`
      return message === body || closes.some((close) => message === `${body} ${close}`)
    }),
  )
}

function wordsFor({ side, round, action, tone }: Occasion) {
  const phrases = phrasesOf[side][tone]
  const part = action === 'offer' && round > 1 ? 'secondOffer' : action
  return {
    openings: round === 1 ? phrases.greetings : phrases.replies,
    sentences: phrases.sentences[part],
    closes: phrases.closes[action],
  }
}

const phrasesOf: Readonly<Record<Side, Readonly<Record<Tone, Phrases>>>> = {
  buyer: buyerPhrases,
  seller: sellerPhrases,
}
