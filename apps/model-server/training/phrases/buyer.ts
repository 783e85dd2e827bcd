import type { Tone } from '@throughline/contracts'
import type { Phrases } from './phrases.ts'

export const buyerPhrases: Readonly<Record<Tone, Phrases>> = {
  warm: {
    greetings: ['Hello!', 'Hi there!', 'Good day!', 'I hope you are well.'],
    replies: [
      'Thanks so much for getting back to me.',
      'It is kind of you to answer so soon.',
      'Thank you for meeting me.',
    ],
    sentences: {
      accept: [
        'I would love to take the {item} for {price}.',
        'I am happy to pay {price} for the {item}.',
        'Your {item} is just what I was looking for: {price} it is.',
      ],
      offer: [
        'I really like the {item} and could pay {price}.',
        'The {item} looks lovely; would {price} work for you?',
        'I would be glad to give your {item} a good home for {price}.',
        'Your {item} has clearly been looked after. May I offer {price}?',
      ],
      secondOffer: [
        'I would still love the {item}; could we say {price}?',
        'For the {item} I can stretch to {price}.',
        'Let me come up to {price} for the {item}.',
      ],
      walk_away: [
        'The {item} is lovely, but it is more than I can pay.',
        'I like the {item} very much, yet my budget does not reach that far.',
        'Sadly the {item} is beyond what I can spend.',
      ],
    },
    closes: {
      accept: ['When may I pick it up?', 'Thank you, you made my day.'],
      offer: ['I can pick it up this week.', 'Let me know what you think!'],
      walk_away: ['I wish you a quick sale!', 'Please write to me if the price ever comes down.'],
    },
  },
  plain: {
    greetings: ['Hello.', 'Hi.', 'Thanks for the listing.', 'I read your listing.'],
    replies: ['Thanks for your answer.', 'I see.', 'I have thought about it.'],
    sentences: {
      accept: [
        'I will take the {item} for {price}.',
        'I accept {price} for the {item}.',
        'We have a deal: the {item} for {price}.',
      ],
      offer: [
        'I can offer {price} for the {item}.',
        'Would you take {price} for the {item}?',
        'For the {item} I would pay {price}.',
        'Looking at similar ads, {price} seems right for the {item}.',
      ],
      secondOffer: [
        'I can go up to {price} for the {item}.',
        'My next offer for the {item} is {price}.',
        'What about {price} for the {item}?',
      ],
      walk_away: [
        'The {item} costs more than I planned to spend, so I will pass.',
        'I cannot meet your price for the {item}.',
        'We are too far apart on the {item}.',
      ],
    },
    closes: {
      accept: ['When can I collect it?', 'I will pay on collection.'],
      offer: ['Please let me know.', 'I can collect it this week.'],
      walk_away: ['Good luck with the sale.', 'I will keep looking.'],
    },
  },
  firm: {
    greetings: [
      'Let me be direct.',
      'I have looked at the market.',
      'I know what these sell for.',
      'Straight to the point.',
    ],
    replies: ['I heard you.', 'Let us be realistic.', 'I have not changed my mind by much.'],
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
      ],
      secondOffer: [
        '{price} for the {item}, and that is a real step.',
        'I move to {price} for the {item}.',
        'The {item} is worth {price} to me, no more.',
      ],
      walk_away: [
        'The asking price for the {item} is too high for me.',
        'At that price I leave the {item} to somebody else.',
        'The {item} is not worth that much to me.',
      ],
    },
    closes: {
      accept: ['Let us settle it today.', 'I will collect it tomorrow.'],
      offer: ['I can pay today.', 'Say yes and it is settled.'],
      walk_away: ['I am out.', 'Come back to me if that changes.'],
    },
  },
  formal: {
    greetings: [
      'Good morning.',
      'I am writing about your listing.',
      'I have read your listing with interest.',
    ],
    replies: [
      'I appreciate your reply.',
      'Thank you for your message.',
      'I have considered your answer.',
    ],
    sentences: {
      accept: [
        'I am pleased to accept {price} for the {item}.',
        'I confirm that I will buy the {item} for {price}.',
        'Your price of {price} for the {item} is agreeable to me.',
      ],
      offer: [
        'I should like to offer {price} for the {item}.',
        'Would you consider {price} for the {item}?',
        'May I propose {price} for the {item}?',
      ],
      secondOffer: [
        'I am prepared to raise my offer for the {item} to {price}.',
        'May I suggest that we settle on {price} for the {item}?',
        'My revised offer for the {item} is {price}.',
      ],
      walk_away: [
        'I regret that the {item} exceeds my budget.',
        'I am afraid that I must decline the {item} at this price.',
        'I have decided not to buy the {item}.',
      ],
    },
    closes: {
      accept: ['Please tell me when I may collect it.', 'Kind regards.'],
      offer: ['I look forward to your reply.', 'Kind regards.'],
      walk_away: ['Thank you for your time.', 'Kind regards.'],
    },
  },
  brief: {
    greetings: ['Hi.', 'Hey.', 'Quick one:'],
    replies: ['OK.', 'Right.', 'Hm.'],
    sentences: {
      accept: ['{price} for the {item}, done.', 'Deal: {item}, {price}.'],
      offer: [
        '{price} for the {item}?',
        '{item}: {price}, cash.',
        'I offer {price} for the {item}.',
      ],
      secondOffer: ['{price} for the {item}, last try.', 'Up to {price} for the {item}.'],
      walk_away: ['No {item} for me then.', 'Too much for the {item}.'],
    },
    closes: { accept: [], offer: [], walk_away: ['Bye.'] },
  },
}
