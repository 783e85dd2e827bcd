// What the SDK has to say about itself: JSON lines like the app's, but on standard error, and none of them more than
// once a minute. An exporter without its receiver would repeat itself with every batch.
import { type DiagLogger, type DiagLogLevel, diag } from '@opentelemetry/api'

const onceInMs = 60_000
const longestMemory = 100

/** Replaces the SDK's own logger, which writes below `warn` to standard output. */
export function writeProblemLines(
  logLevel: DiagLogLevel,
  write: (line: string) => void = (line) => process.stderr.write(line),
): void {
  diag.setLogger(createProblemLogger(write), { logLevel, suppressOverrideMessage: true })
}

export function createProblemLogger(write: (line: string) => void): DiagLogger {
  const saidAt = new Map<string, number>()

  const level =
    (name: string) =>
    (message: string, ...details: unknown[]) => {
      const line = writeFields(name, message, details)
      const now = performance.now()
      if (now - (saidAt.get(line) ?? Number.NEGATIVE_INFINITY) < onceInMs) return
      if (saidAt.size >= longestMemory) saidAt.clear()
      saidAt.set(line, now)
      write(`{"time":"${new Date().toISOString()}",${line.slice(1)}\n`)
    }

  return {
    verbose: level('trace'),
    debug: level('debug'),
    info: level('info'),
    warn: level('warn'),
    error: level('error'),
  }
}

/** Whoever has a problem to tell must not get another: a circle has no JSON, and some objects have no text. */
function writeFields(level: string, message: string, details: unknown[]): string {
  const head = { level, name: 'telemetry' }
  try {
    const always = { ...head, ...readMessage(message) }
    // The first says the order, the last wins.
    return JSON.stringify({ ...always, ...readDetails(details), ...always, time: undefined })
  } catch {
    return JSON.stringify({ ...head, msg: message })
  }
}

/** The SDK's handler of errors makes JSON of them, and their stacks lead into the SDK. */
function readMessage(message: string): object {
  if (!message.startsWith('{"stack":')) return { msg: message }
  const { name, message: msg, code } = JSON.parse(message)
  return { msg, error: code ?? name }
}

/** One object is taken for fields; whatever else the SDK adds to a message is kept as text. */
function readDetails(details: unknown[]): object {
  const [only] = details
  if (details.length === 0) return {}
  if (details.length === 1 && only && typeof only === 'object' && !(only instanceof Error)) {
    return only
  }
  return { details: details.map(String) }
}
