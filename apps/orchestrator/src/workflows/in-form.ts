import type { z } from 'zod'
import { TaskError } from '../errors.ts'

/** The value as its schema has it, which is also how a later attempt would find it. */
export function inForm<Value>(schema: z.ZodType<Value>, value: unknown, what: string): Value {
  const checked = schema.safeParse(value)
  if (checked.success && checked.data !== undefined) return checked.data
  // Without the value: nobody knows what is in it.
  const issues = checked.error?.issues ?? [{ path: [], code: 'undefined' }]
  const problems = issues.map(({ path, code }) => `${path.join('.')} ${code}`.trim())
  throw new TaskError('internal', { cause: new Error(`${what}: ${problems.join('; ')}`) })
}
