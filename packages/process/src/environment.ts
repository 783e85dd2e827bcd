// Reads a process's configuration out of its environment: all of it, once, with every problem named at once.
import type { z } from 'zod'

/** Its message is the whole story for the person at the terminal; no stack is worth showing. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError'
}

/** An empty variable counts as unset, as in a copied `.env.example`. */
export function readEnvironment<Schema extends z.ZodObject>(
  schema: Schema,
  env: Readonly<Record<string, string | undefined>>,
): z.infer<Schema> {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
  const result = schema.safeParse(set)
  if (result.success) return result.data
  const problems = result.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`)
  throw new EnvironmentError(`The environment is not usable:\n${problems.join('\n')}`)
}
