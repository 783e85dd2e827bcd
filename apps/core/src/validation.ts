// Requests are checked where they enter. A refusal names the field as the proto spells it.
import { z } from 'zod'
import { DomainError } from './errors.ts'

export function validate<Schema extends z.ZodObject>(
  schema: Schema,
  request: unknown,
): z.infer<Schema> {
  const result = schema.safeParse(request)
  if (result.success) return result.data
  const problems = result.error.issues.map(({ path, message }) => `${fieldName(path)}: ${message}`)
  throw new DomainError('invalid_argument', problems.join('; '))
}

/** A field that a caller fills with JSON; absent means empty. */
export const json = z.preprocess(
  (value) => value ?? {},
  z.record(z.string(), z.unknown()).refine(isStorable, 'must not contain NUL or broken Unicode'),
)

/** Holds such a field to a schema of the contract. Names inside it are spelled as they were sent. */
export function validateJson<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  field: string,
): z.infer<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const problems = result.error.issues.map(
    ({ path, message }) => `${[field, ...path].join('.')}: ${message}`,
  )
  throw new DomainError('invalid_argument', problems.join('; '))
}

function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return isStorableText(value)
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(value).every(([key, inner]) => isStorableText(key) && isStorable(inner))
}

function isStorableText(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed()
}

/** Text that Postgres can hold. */
export function text(maxLength: number) {
  return z
    .string()
    .max(maxLength, `must have at most ${maxLength} characters`)
    .refine((value) => !value.includes('\0'), 'must not contain NUL')
    .refine((value) => value.isWellFormed(), 'must be well-formed Unicode')
}

export function requiredText(maxLength: number) {
  return text(maxLength).min(1, 'is required')
}

export const identifier = requiredText(40)

/** One of the caller's own codes. */
export const errorWord = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, 'must be a lower_case word')

/** What a caller calls one request of its own, to be answered alike when it comes again; absent when it has no name. */
export const idempotencyKey = requiredText(255).optional()

export const uuid = z.uuid('must be a UUID')

const maxCents = 100_000_000

export const cents = z
  .int()
  .min(0, 'must not be negative')
  .max(maxCents, `must be at most ${maxCents}`)

export const positiveCents = cents.min(1, 'must be positive')

const defaultPageSize = 20
const maxPageSize = 100

export const pageSize = z
  .int()
  .min(0, 'must not be negative')
  .max(maxPageSize, `must be at most ${maxPageSize}`)
  .transform((size) => size || defaultPageSize)

/** A traceparent is kept to be linked to: a malformed one is dropped, since a trace is never worth refusing work. */
export const traceparent = z.string().transform((value) => {
  return /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(value) ? value : null
})

function fieldName(path: readonly PropertyKey[]): string {
  return path.map((part) => String(part).replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`)).join('.')
}
