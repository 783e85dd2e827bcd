// Random JSON schemas against the engine: whatever the model samples, a validator that is not ours finds it valid.
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningApp, startApp } from '../testing/running-app.ts'

let app: RunningApp
beforeAll(async () => {
  app = await startApp()
})
afterAll(() => app.close())

const ajv = new Ajv2020({ strict: false, allErrors: true })
const runs = { seed: 20_261, numRuns: 60 }

const bound = fc.integer({ min: -1_200, max: 1_200 })
const halves = fc.integer({ min: -30, max: 30 }).map((half) => half / 2)
const bounds = (value: fc.Arbitrary<number>) =>
  fc
    .tuple(value, fc.integer({ min: 2, max: 900 }), fc.boolean(), fc.boolean())
    .map(([low, width, openLow, openHigh]) => ({
      [openLow ? 'exclusiveMinimum' : 'minimum']: low,
      [openHigh ? 'exclusiveMaximum' : 'maximum']: low + width,
    }))
const lengths = (least: string, most: string, longest: number) =>
  fc
    .tuple(fc.nat(longest), fc.nat(longest))
    .map((pair) => ({ [least]: Math.min(...pair), [most]: Math.max(...pair) }))

const scalar = fc.oneof(
  fc.constantFrom({ type: 'boolean' }, { type: 'null' }, { enum: ['a', 1, null, { b: '"\\' }] }),
  bounds(bound).map((rest) => ({ type: 'integer', ...rest })),
  bounds(fc.oneof(bound, halves)).map((rest) => ({ type: 'number', ...rest })),
  lengths('minLength', 'maxLength', 6).map((rest) => ({ type: ['string', 'null'], ...rest })),
  fc
    .constantFrom('^[A-Z]{2}-\\d{3}$', '^a?b*c{1,3}$')
    .map((pattern) => ({ type: 'string', pattern })),
)

const { schema } = fc.letrec<{ schema: object }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3, depthSize: 'small', withCrossShrink: true },
    scalar,
    fc
      .tuple(
        fc.dictionary(fc.string({ unit: 'binary', maxLength: 3 }), tie('schema'), { maxKeys: 3 }),
        fc.nat(),
      )
      .map(([properties, mask]) => ({
        type: 'object',
        properties,
        required: Object.keys(properties).filter((_, index) => (mask >> index) % 2 === 1),
        additionalProperties: false,
      })),
    fc
      .tuple(tie('schema'), lengths('minItems', 'maxItems', 3))
      .map(([items, rest]) => ({ type: 'array', items, ...rest })),
    fc.array(tie('schema'), { minLength: 1, maxLength: 3 }).map((anyOf) => ({ anyOf })),
    fc.array(tie('schema'), { minLength: 1, maxLength: 2 }).map((branches) => ({
      oneOf: branches.map((value, index) => ({
        type: 'object',
        properties: { kind: { const: `k${index}` }, value },
        required: ['kind'],
        additionalProperties: false,
      })),
    })),
    fc.constantFrom({ $ref: '#/$defs/leaf' }, { $ref: '#/$defs/tree' }),
  ),
}))

const tree = {
  type: 'object',
  properties: { value: { $ref: '#/$defs/leaf' }, next: { $ref: '#/$defs/tree' } },
  required: ['value'],
}
const whole = fc.tuple(schema, scalar).map(([root, leaf]) => ({ ...root, $defs: { leaf, tree } }))

const ask = (schema: object, seed: number, limits: { max_tokens?: number } = {}) =>
  app.client.chat.completions.create({
    model: 'negotiator',
    messages: [{ role: 'user', content: '' }],
    temperature: 1,
    seed,
    ...limits,
    response_format: { type: 'json_schema', json_schema: { name: 'any', schema: schema as never } },
  })

test('answers any schema it takes with JSON that is valid by it', async () => {
  const ends = { stop: 0, length: 0 }
  await fc.assert(
    fc.asyncProperty(whole, fc.nat(), async (wanted, seed) => {
      const { choices } = await ask(wanted, seed)
      const [choice] = choices
      if (choice?.finish_reason !== 'stop') return void ends.length++
      ends.stop++
      const answer = JSON.parse(choice.message.content ?? '')
      ajv.validate(wanted, answer)
      expect(ajv.errorsText()).toBe('No errors')
    }),
    runs,
  )
  // What the small context cuts off proves nothing.
  expect(ends.stop).toBeGreaterThan(0.8 * runs.numRuns)
}, 60_000)

const longText = { type: 'string', maxLength: 2_000 }
const lists = (depth: number): object =>
  depth === 0 ? longText : { type: 'array', items: lists(depth - 1), minItems: 9, maxItems: 256 }

test.for([
  ['lists in lists', lists(6)],
  ['sixteen branches', { anyOf: Array.from({ length: 16 }, () => ({ type: 'string' })) }],
  ['a long pattern', { type: 'string', pattern: `^${'[a-z]{1,256}-'.repeat(18)}$` }],
  [
    'optional properties',
    {
      type: 'object',
      properties: Object.fromEntries(
        Array(64)
          .keys()
          .map((i) => [i, {}]),
      ),
    },
  ],
] as const)('takes as many %s as its limits allow', async ([, wanted]) => {
  // What is dear is to read the grammar and to begin.
  const { usage } = await ask(wanted, 1, { max_tokens: 8 })
  expect(usage?.completion_tokens).toBeGreaterThan(0)
})
