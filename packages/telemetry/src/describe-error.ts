// An error as a log line shows it: what failed and where, without anybody's data. What made an error also hangs its
// input on it: PostgreSQL the row it refused, Redis the command's arguments, `JSON.parse` the text it could not read.
// So properties are dropped but for a code, and whatever a message puts in quotes is left out.

const maxDepth = 4
const maxErrors = 10

export interface DescribedError {
  readonly type: string
  readonly message: string
  readonly code?: string | number
  readonly stack?: string
  readonly cause?: DescribedError
  /** Of an `AggregateError`: one for each address that was tried, for one. */
  readonly errors?: readonly DescribedError[]
}

export function describeError(thrown: unknown, depth = 0): DescribedError {
  const message = wordsOf(thrown)
  if (!(thrown instanceof Error)) return { type: typeof thrown, message }
  const type = typeOf(thrown)
  const code = 'code' in thrown ? thrown.code : undefined
  const frames = framesOf(thrown)
  const deeper = depth < maxDepth
  return {
    type,
    message,
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
    ...(frames && { stack: `${type}: ${message}\n${frames}` }),
    ...(deeper && thrown.cause !== undefined && { cause: describeError(thrown.cause, depth + 1) }),
    ...(deeper &&
      thrown instanceof AggregateError && {
        errors: thrown.errors.slice(0, maxErrors).map((error) => describeError(error, depth + 1)),
      }),
  }
}

/** Anything can be thrown; what is no error is data. */
export function wordsOf(thrown: unknown): string {
  return thrown instanceof Error ? withoutQuoted(thrown.message) : 'no error was thrown'
}

/** From the first quote to the last: what is quoted may hold quotes itself. */
export function withoutQuoted(message: string): string {
  return message.replace(/["'`].*["'`]/s, '"…"')
}

/** Without the head, in which the message stands as it was. */
export function framesOf({ stack = '', message }: Pick<Error, 'stack' | 'message'>): string {
  const headEnd = stack.indexOf(message)
  if (headEnd < 0) return ''
  const lines = stack.slice(headEnd + message.length).split('\n')
  return lines.filter((line) => /^\s+at /.test(line)).join('\n')
}

/** Classes that give themselves no name, pg's for one, still have that of their constructor. */
function typeOf(err: Error): string {
  return /^error$/i.test(err.name) ? err.constructor.name : err.name
}
