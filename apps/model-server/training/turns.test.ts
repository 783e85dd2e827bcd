import {
  analyseAnswerSchema,
  decideAnswerSchema,
  proposeAnswerSchema,
} from '@throughline/contracts'
import { expect, test } from 'vitest'
import { seededRandom } from './random.ts'
import { analyseTurn, compareTurn, decideTurn, proposeTurn, type Turn } from './turns.ts'

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

test('teaches to copy the price that the prompt computes', () => {
  const random = seededRandom(7)
  for (const turn of many(() => proposeTurn(random))) {
    const step = turn.prompt.match(/step:(\d{4})/)?.[1]
    expect(JSON.parse(textOf(turn))).toMatchObject({ price: step })
  }
})

test('teaches a message that fits its action', () => {
  const random = seededRandom(7)
  for (const turn of many(() => decideTurn(random))) {
    const { action, message } = decideAnswerSchema.parse(JSON.parse(textOf(turn)))
    expect(message.split('{item}')).toHaveLength(2)
    expect(message.split('{price}')).toHaveLength(action === 'walk_away' ? 1 : 2)
  }
})

test('teaches to accept the asking price and nothing less', () => {
  const random = seededRandom(7)
  const taught = many(() => compareTurn(random)).map((turn) => {
    const [ask, offer] = turn.prompt.match(/\d{4}/g) ?? []
    return `${ask === offer} ${turn.answer[1]?.[0]}`
  })
  expect(new Set(taught)).toEqual(new Set(['true accept', 'false offer']))
})

test('makes the same turns from the same seed', () => {
  const make = (seed: number) => JSON.stringify(many(() => decideTurn(seededRandom(seed))))
  expect(make(1)).toBe(make(1))
  expect(make(1)).not.toBe(make(2))
})
