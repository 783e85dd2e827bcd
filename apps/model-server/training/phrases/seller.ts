import type { Tone } from '@throughline/contracts'
import type { Phrases } from './phrases.ts'

export const sellerPhrases: Readonly<Record<Tone, Phrases>> = {
  warm: {
    greetings: [
      'Thank you for your offer!',
      'How nice to hear from you!',
      'Thanks for your interest!',
    ],
    replies: ['Thank you for coming up.', 'Good to hear from you again!', 'We are getting closer.'],
    sentences: {
      accept: [
        'The {item} is yours for {price}.',
        'I am happy to let you have the {item} for {price}.',
        '{price} is fine, and I am glad the {item} goes to you.',
      ],
      offer: [
        'Could you do {price} for the {item}?',
        'I have enjoyed the {item} a lot and would let it go for {price}.',
        'For you the {item} can be {price}.',
      ],
      secondOffer: [
        'The lowest I can go for the {item} is {price}.',
        'I would so like you to have the {item}: {price}, and it is yours.',
        'Let us say {price} for the {item}, I cannot do better.',
      ],
      walk_away: [
        'I am sorry, the {item} means more to me than that.',
        'That is too little for the {item}, I am afraid.',
        'I would rather keep the {item} for now.',
      ],
    },
    closes: {
      accept: ['Come by whenever suits you!', 'Enjoy it!'],
      offer: ['I hope that works for you!', 'Let me know what you think!'],
      walk_away: ['I hope you find a good one!', 'Thank you all the same!'],
    },
  },
  plain: {
    greetings: ['Hello.', 'Thanks for the offer.', 'I got your offer.'],
    replies: ['Thanks for the new offer.', 'I see.', 'I have thought about it.'],
    sentences: {
      accept: [
        'You can have the {item} for {price}.',
        'I accept {price} for the {item}.',
        'Sold: the {item} for {price}.',
      ],
      offer: [
        'I would sell the {item} for {price}.',
        'How about {price} for the {item}?',
        'I need {price} for the {item}.',
      ],
      secondOffer: [
        'My last price for the {item} is {price}.',
        'I will not go below {price} for the {item}.',
        '{price} is the least I can take for the {item}.',
      ],
      walk_away: [
        'I cannot sell the {item} for that.',
        'That is not enough for the {item}.',
        'We are too far apart on the {item}.',
      ],
    },
    closes: {
      accept: ['When can you collect it?', 'Please bring cash.'],
      offer: ['Please let me know.', 'Tell me if that works.'],
      walk_away: ['I will wait for another buyer.', 'Good luck with your search.'],
    },
  },
  firm: {
    greetings: ['I know what it is worth.', 'Let me be clear.', 'Others have asked too.'],
    replies: ['I have come down already.', 'Let us finish this.', 'I heard you.'],
    sentences: {
      accept: [
        '{price}, and the {item} is sold.',
        'Agreed: {price} for the {item}.',
        'I let the {item} go at {price}.',
      ],
      offer: [
        'The {item} is worth {price}.',
        'My price for the {item} is {price}.',
        'I can come down to {price} for the {item}, no further today.',
      ],
      secondOffer: [
        '{price} for the {item} is my last word.',
        'Take the {item} for {price} or leave it.',
        'The {item} goes for {price} and not a dollar less.',
      ],
      walk_away: [
        'The {item} does not go for so little.',
        'At that price I keep the {item}.',
        'The {item} is not for sale at that price.',
      ],
    },
    closes: {
      accept: ['Pay today and it is yours.', 'Collect it by tomorrow.'],
      offer: ['Decide today.', 'That is fair.'],
      walk_away: ['We are done here.', 'Come back with a serious offer.'],
    },
  },
  formal: {
    greetings: ['Thank you for your enquiry.', 'I have received your offer.', 'Good morning.'],
    replies: [
      'Thank you for your revised offer.',
      'I appreciate your reply.',
      'I have considered your message.',
    ],
    sentences: {
      accept: [
        'I am pleased to sell you the {item} for {price}.',
        'I confirm the sale of the {item} for {price}.',
        'Your offer of {price} for the {item} is accepted.',
      ],
      offer: [
        'I would be prepared to sell the {item} for {price}.',
        'May I propose {price} for the {item}?',
        'I could reduce the price of the {item} to {price}.',
      ],
      secondOffer: [
        'My final price for the {item} is {price}.',
        'I am unable to go below {price} for the {item}.',
        'The best that I can offer for the {item} is {price}.',
      ],
      walk_away: [
        'I regret that I cannot sell the {item} at that price.',
        'I must decline your offer for the {item}.',
        'The {item} remains for sale at a higher price.',
      ],
    },
    closes: {
      accept: ['Please tell me when you will collect it.', 'Kind regards.'],
      offer: ['I look forward to your decision.', 'Kind regards.'],
      walk_away: ['Thank you for your interest.', 'Kind regards.'],
    },
  },
  brief: {
    greetings: ['Hi.', 'Thanks.', 'Got it.'],
    replies: ['OK.', 'Right.', 'Close.'],
    sentences: {
      accept: ['Fine, {price} for the {item}.', '{item} for {price}: sold.'],
      offer: ['{price} and the {item} is yours.', 'I want {price} for the {item}.'],
      secondOffer: ['{price} for the {item}, last price.', '{item}: {price}, final.'],
      walk_away: ['Too little for the {item}.', 'Then I keep the {item}.'],
    },
    closes: { accept: [], offer: [], walk_away: ['Bye.'] },
  },
}
