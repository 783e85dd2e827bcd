// What a buyer's agent says. Each message is an opening, a sentence that carries the facts, and sometimes a close;
// all are written for this project, and their combinations are the language that the model learns.
import type { Action, Tone } from '@throughline/contracts'
import type { Random } from './random.ts'

interface Phrases {
  readonly openings: readonly string[]
  readonly sentences: Readonly<Record<Action, readonly string[]>>
  readonly closes: Readonly<Record<Action, readonly string[]>>
}

export function wordMessage(action: Action, tone: Tone, random: Random): string {
  const { openings, sentences, closes } = phrases[tone]
  const parts = [random.pick(openings), random.pick(sentences[action])]
  if (random.next() < 0.7) parts.push(random.pick(closes[action]))
  return parts.join(' ')
}

const phrases: Readonly<Record<Tone, Phrases>> = {
  warm: {
    openings: [
      'Hello!',
      'Hi there!',
      'Good day!',
      'Thank you for your time.',
      'I hope you are well.',
      'Thanks so much for getting back to me.',
    ],
    sentences: {
      accept: [
        'I would love to take the {item} for {price}.',
        'The {item} looks wonderful, and {price} is a fair price.',
        'I am happy to pay {price} for the {item}.',
        'Your {item} is just what I was looking for: {price} it is.',
      ],
      offer: [
        'I really like the {item} and could pay {price}.',
        'The {item} looks lovely; would {price} work for you?',
        'I would be glad to give your {item} a good home for {price}.',
        'Could we meet at {price} for the {item}?',
        'Your {item} has clearly been looked after. May I offer {price}?',
      ],
      walk_away: [
        'The {item} is lovely, but it is more than I can pay.',
        'I like the {item} very much, yet my budget does not reach that far.',
        'Sadly the {item} is beyond what I can spend.',
      ],
    },
    closes: {
      accept: [
        'When may I pick it up?',
        'I can come by whenever suits you.',
        'Thank you, you made my day.',
      ],
      offer: [
        'I can pick it up this week.',
        'Let me know what you think!',
        'I would be very happy to hear from you.',
        'I can pay today.',
      ],
      walk_away: [
        'I wish you a quick sale!',
        'Thank you all the same, and good luck with it.',
        'Please write to me if the price ever comes down.',
      ],
    },
  },
  plain: {
    openings: [
      'Hello.',
      'Hi.',
      'Good day.',
      'Thanks for the listing.',
      'I read your listing.',
      'I am writing about your listing.',
    ],
    sentences: {
      accept: [
        'I will take the {item} for {price}.',
        'I accept {price} for the {item}.',
        '{price} for the {item} is fine with me.',
        'We have a deal: the {item} for {price}.',
      ],
      offer: [
        'I can offer {price} for the {item}.',
        'Would you take {price} for the {item}?',
        'For the {item} I would pay {price}.',
        'My offer for the {item} is {price}.',
        'Looking at similar ads, {price} seems right for the {item}.',
      ],
      walk_away: [
        'The {item} costs more than I planned to spend, so I will pass.',
        'I cannot meet your price for the {item}.',
        'We are too far apart on the {item}.',
      ],
    },
    closes: {
      accept: [
        'When can I collect it?',
        'I can collect it this week.',
        'I will pay on collection.',
      ],
      offer: [
        'I can collect it this week.',
        'Please let me know.',
        'I will pay on collection.',
        'Tell me if that works.',
      ],
      walk_away: ['Good luck with the sale.', 'Thanks for your time.', 'I will keep looking.'],
    },
  },
  firm: {
    openings: [
      'Hello.',
      'Let me be direct.',
      'I have looked at the market.',
      'I will keep this short.',
      'I know what these sell for.',
      'Straight to the point.',
    ],
    sentences: {
      accept: [
        'I take the {item} at {price}.',
        '{price} for the {item}: agreed.',
        'Agreed, {price} and the {item} is mine.',
      ],
      offer: [
        'I am ready to pay {price} for the {item}.',
        'My offer for the {item} is {price}, paid at once.',
        '{price} is what the {item} is worth to me.',
        'The {item} has been up for a while: I offer {price}.',
        'I can do {price} for the {item}.',
      ],
      walk_away: [
        'The asking price for the {item} is too high for me.',
        'At that price I leave the {item} to somebody else.',
        'The {item} is not worth that much to me.',
      ],
    },
    closes: {
      accept: ['I can pay today.', 'Let us settle it today.', 'I will collect it tomorrow.'],
      offer: [
        'I can pay today.',
        'That is my limit.',
        'I will collect it tomorrow.',
        'Say yes and it is settled.',
      ],
      walk_away: ['I am out.', 'Thank you for your time.', 'Come back to me if that changes.'],
    },
  },
}
