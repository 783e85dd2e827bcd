import {
  analyseAnswerSchema,
  decideAnswerSchema,
  proposeAnswerSchema,
} from '@throughline/contracts'
import { expect, test } from 'vitest'
import { makeDataset, withoutHints } from './dataset.ts'
import { judgeAnswer } from './judge-answer.ts'
import { seededRandom } from './random.ts'
import { analyseTurn, decideTurn, proposeTurn, type Turn } from './turns.ts'

const makers = [
  ['analyse', analyseTurn, analyseAnswerSchema],
  ['propose', proposeTurn, proposeAnswerSchema],
  ['decide', decideTurn, decideAnswerSchema],
] as const

const textOf = ({ answer }: Turn) => answer.map(([text]) => text).join('')
const many = <Item>(make: () => Item) => Array.from({ length: 2_000 }, make)

test.for(makers)(
  'teaches answers to %s in exactly the form that is asked for',
  ([, make, schema]) => {
    const random = seededRandom(7)
    for (const turn of many(() => make(random))) {
      const text = textOf(turn)
      expect(JSON.stringify(schema.parse(JSON.parse(text)))).toBe(text)
    }
  },
)

test('teaches to copy the price that the prompt computes, and that price is sensible', () => {
  const random = seededRandom(7)
  for (const turn of many(() => proposeTurn(random))) {
    const step = turn.prompt.match(/step:(\d{5})/)?.[1]
    const { answer, sensible } = judgeAnswer('propose', turn.prompt, textOf(turn))
    expect(answer).toMatchObject({ price: step })
    expect([turn.prompt, sensible]).toEqual([turn.prompt, true])
  }
})

test('teaches a message that fits its action', () => {
  const random = seededRandom(7)
  for (const turn of many(() => decideTurn(random))) {
    const { action, message } = decideAnswerSchema.parse(JSON.parse(textOf(turn)))
    expect(message.split('{item}')).toHaveLength(2)
    expect(message.split('{price}')).toHaveLength(action === 'walk_away' ? 1 : 2)
    expect(judgeAnswer('decide', turn.prompt, textOf(turn)).worded).toBe(true)
  }
})

test('calls a message with a wrong word, of another tone or of another action a slip', () => {
  const prompt = 'decide side:buyer round:1 ask:00450 offer:00396 limit:00400 gap:near tone:plain'
  const worded = (action: string, message: string) =>
    judgeAnswer('decide', prompt, JSON.stringify({ action, message })).worded
  expect(worded('offer', 'Hello. I can offer {price} for the {item}.')).toBe(true)
  expect(worded('offer', 'Hello. I can offre {price} for the {item}.')).toBe(false)
  expect(worded('offer', 'Hello. I can offer {price} for the {item}')).toBe(false)
  expect(worded('offer', 'Hi. {item}: {price}, cash.')).toBe(false)
  expect(worded('accept', 'Hello. I can offer {price} for the {item}.')).toBe(false)
})

test.each([
  ['buyer', 269, false],
  ['buyer', 270, true],
  ['buyer', 400, true],
  ['buyer', 401, false],
  ['seller', 395, false],
  ['seller', 400, true],
  ['seller', 450, true],
  ['seller', 451, false],
])('a %s’s price of %i is sensible: %s', (side, price, sensible) => {
  const offer = side === 'buyer' ? '00000' : '00380'
  const prompt = `propose side:${side} round:1 ask:00450 offer:${offer} limit:00400 gap:near step:00400 leverage:fair`
  const text = `{"price":"00${price}","tone":"plain"}`
  expect(judgeAnswer('propose', prompt, text).sensible).toBe(sensible)
})

test('teaches when to accept, to go on and to leave', () => {
  const random = seededRandom(7)
  const taught = many(() => decideTurn(random))
    .filter(({ forced }) => forced === undefined)
    .map(({ prompt, answer }) => {
      const [, round, gap] = prompt.match(/round:(\d).* gap:(\w+)/) ?? []
      return `${round === '3' ? 'last' : 'not last'}, ${gap}: ${answer[1]?.[0]}`
    })
  expect([...new Set(taught)].sort()).toEqual([
    'last, far: walk_away',
    'last, met: accept',
    'last, near: walk_away',
    'last, ok: accept',
    'not last, far: walk_away',
    'not last, met: accept',
    'not last, near: offer',
    'not last, ok: offer',
  ])
})

test('makes the same turns from the same seed, and holds out what it does not teach', () => {
  const [one, again, other] = [1, 1, 2].map((seed) => makeDataset(seed))
  expect(one).toEqual(again)
  expect(one?.heldOut).not.toEqual(other?.heldOut)
  const taught = new Set(one?.training.map(({ prompt }) => prompt))
  expect(one?.heldOut.filter(({ prompt }) => taught.has(prompt))).toEqual([])
})

test('takes what is computed out of a prompt, and nothing else', () => {
  const hinted = 'propose side:buyer round:1 ask:00450 offer:00000 limit:00400 gap:near step:00396'
  expect(withoutHints(`${hinted} leverage:fair`)).toBe(
    'propose side:buyer round:1 ask:00450 offer:00000 limit:00400 leverage:fair',
  )
})
