import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { findMisfit, type JsonSchema } from './find-misfit.ts'

const written = (schema: z.ZodType, io: 'input' | 'output') =>
  z.toJSONSchema(schema, { io }) as JsonSchema

const misfit = (from: z.ZodType, to: z.ZodType) =>
  findMisfit(written(from, 'output'), written(to, 'input'))

const a = z.string()

test.each([
  [z.int(), z.number()],
  [z.int().min(3).max(5), z.number().gt(2).lt(6)],
  [z.string().min(2).max(3), z.string().min(1).max(4)],
  [z.enum(['weak', 'fair']), z.enum(['weak', 'fair', 'strong'])],
  [z.literal('weak'), z.string().max(4)],
  [z.object({ a, b: a }), z.object({ a })],
  [z.object({ a }), z.object({ a, b: a.optional() })],
  [z.object({ a }), z.record(z.string(), a)],
  [z.object({ a }), z.record(z.enum(['a', 'b']), a.optional())],
  [z.tuple([a, a]), z.array(a).min(1).max(2)],
  [z.union([z.int(), z.null()]), z.number().nullable()],
  [z.discriminatedUnion('t', [z.object({ t: z.literal('x'), a })]), z.object({ t: a, a })],
  [z.never(), a],
  [a, z.unknown()],
  [z.object({ a: a.default('x') }), z.object({ a })],
])('case %#: the one always fits the other', (from, to) => {
  expect(misfit(from, to)).toBeUndefined()
})

test.each<[z.ZodType, z.ZodType, string]>([
  [a, z.int(), 'string does not fit integer'],
  [z.number(), z.int(), 'number does not fit integer'],
  [z.int(), z.int().min(1), 'minimum -9007199254740991 does not fit 1'],
  [a, a.min(1), 'minLength unlimited does not fit 1'],
  [a, a.regex(/x/), 'pattern unlimited does not fit x'],
  [z.enum(['weak', 'none']), z.enum(['weak']), '"weak" | "none" does not fit "weak"'],
  [z.object({ a: a.optional() }), z.object({ a }), 'a may be missing'],
  [z.object({ a, b: a }), z.strictObject({ a }), 'b is not wanted'],
  [z.looseObject({ a }), z.strictObject({ a }), 'other properties is not wanted'],
  [
    z.object({ a: z.object({ b: a }) }),
    z.object({ a: z.object({ b: z.int() }) }),
    'a: b: string does not fit integer',
  ],
  [
    z.array(z.object({ a })),
    z.array(z.object({ a: z.int() })),
    '[0]: a: string does not fit integer',
  ],
  [z.tuple([a, a]), z.tuple([a, z.int()]), '[1]: string does not fit integer'],
  [z.array(a), z.tuple([a]), 'minItems unlimited does not fit 1'],
  [z.record(a, a), z.record(z.enum(['x']), a), 'x may be missing'],
  [a.nullable(), a, 'null does not fit string'],
  [z.boolean(), z.union([a, z.int()]), 'boolean does not fit string | integer'],
  [z.unknown(), a, 'anything does not fit string'],
])('case %#: the one is refused by the other, by name', (from, to, problem) => {
  expect(misfit(from, to)).toBe(problem)
})

/** A schema with what it accepts. */
interface Sample {
  readonly schema: z.ZodType
  readonly value: fc.Arbitrary<unknown>
}

const { schema: samples } = fc.letrec<{ schema: Sample }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.constant({ schema: z.boolean(), value: fc.boolean() }),
    fc.tuple(fc.integer({ min: -9, max: 9 }), fc.nat(9)).map(([min, more]) => {
      return {
        schema: z
          .int()
          .min(min)
          .max(min + more),
        value: fc.integer({ min, max: min + more }),
      }
    }),
    fc.nat(3).map((min) => {
      return { schema: z.string().min(min), value: fc.string({ minLength: min, maxLength: 6 }) }
    }),
    fc.subarray(['x', 'y', 'zed'], { minLength: 1 }).map((words) => {
      return { schema: z.enum(words), value: fc.constantFrom(...words) }
    }),
    tie('schema').map(({ schema, value }) => {
      return { schema: z.array(schema).max(3), value: fc.array(value, { maxLength: 3 }) }
    }),
    fc.tuple(tie('schema'), tie('schema')).map(([one, other]) => {
      const schema = z.union([one.schema, other.schema])
      return { schema, value: fc.oneof(one.value, other.value) }
    }),
    fc
      .record({ a: tie('schema'), b: tie('schema'), optional: fc.boolean() })
      .map(({ a, b, optional }) => {
        const schema = z.object({ a: a.schema, b: optional ? b.schema.optional() : b.schema })
        const fields = { a: a.value, b: b.value }
        const some = fc.record(fields, { requiredKeys: ['a'] })
        return { schema, value: optional ? some : fc.record(fields) }
      }),
  ),
}))

test('what fits is accepted, whatever the value', () => {
  let fitting = 0
  fc.assert(
    fc.property(
      samples.chain(({ schema, value }) =>
        fc.tuple(fc.constant(schema), fc.array(value, { size: '-1' })),
      ),
      samples,
      ([from, values], { schema: to }) => {
        if (misfit(from, to) !== undefined) return
        fitting += 1
        for (const value of values) expect(to.safeParse(value).error).toBeUndefined()
      },
    ),
    { numRuns: 600 },
  )
  expect(fitting).toBeGreaterThan(15)
})

test('every schema fits itself, written twice', () => {
  fc.assert(
    fc.property(samples, ({ schema }) => {
      expect(misfit(schema, z.union([schema, z.null()]))).toBeUndefined()
      expect(misfit(schema, schema)).toBeUndefined()
    }),
  )
})
