// An error as a log line shows it: what failed and where, without anybody's data. What made an error also hangs its
// input on it: PostgreSQL the row it refused, Redis the command's arguments, `JSON.parse` the text it could not read.
// So properties are dropped but for a code, and whatever a message puts in quotes is left out.

const maxDepth = 4
const maxErrors = 10

export interface DescribedError {
  readonly type: string
  readonly message: string
  readonly code?: string | number
  /** With its causes below it: of a log record's exception nothing else has room for them. */
  readonly stack?: string
}

export function describeError(thrown: unknown): DescribedError {
  const message = wordsOf(thrown)
  if (!(thrown instanceof Error)) return { type: typeof thrown, message }
  const code = codeOf(thrown)
  return {
    type: typeOf(thrown),
    message,
    ...(code !== undefined && { code }),
    stack: tellWhole(thrown),
  }
}

/** Anything can be thrown; what is no error is data. One that lists those of several addresses has no words of its own. */
export function wordsOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return 'no error was thrown'
  const listed = listedIn(thrown).map((error) => (error instanceof Error ? error.message : ''))
  return withoutQuoted(thrown.message || listed.join('; '))
}

/** As Node prints an error, but for what is data. */
function tellWhole(thrown: unknown, depth = 0): string {
  const message = wordsOf(thrown)
  if (!(thrown instanceof Error)) return message
  const code = codeOf(thrown)
  const head = `${typeOf(thrown)}${code === undefined ? '' : ` [${code}]`}: ${message}`
  const reasons = depth < maxDepth ? reasonsOf(thrown) : []
  const below = reasons.map(([label, reason]) =>
    `[${label}]: ${tellWhole(reason, depth + 1)}`.replace(/^/gm, '  '),
  )
  return [head, framesOf(thrown), ...below].filter((part) => part !== '').join('\n')
}

function reasonsOf(err: Error): [label: string, reason: unknown][] {
  const listed = listedIn(err).map((error): [string, unknown] => ['error', error])
  return err.cause === undefined ? listed : [['cause', err.cause], ...listed]
}

function listedIn(err: Error): unknown[] {
  return err instanceof AggregateError ? err.errors.slice(0, maxErrors) : []
}

function codeOf(err: Error): string | number | undefined {
  const code = 'code' in err ? err.code : undefined
  return typeof code === 'string' || typeof code === 'number' ? code : undefined
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
