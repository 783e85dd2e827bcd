// A line that a service wrote: pino's JSON, or whatever Node itself had to say.
const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const

export type LogLevel = (typeof levels)[number]

export interface LogLine {
  readonly service: string
  readonly time: Date
  readonly level: LogLevel
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>>
  /** As it was written. */
  readonly raw: string
}

export function parseLogLine(service: string, raw: string): LogLine {
  const record = parseRecord(raw)
  if (!record) {
    return { service, time: new Date(), level: 'warn', message: raw, fields: {}, raw }
  }
  const { time, level, msg, name: _, ...fields } = record
  return {
    service,
    time: typeof time === 'string' || typeof time === 'number' ? new Date(time) : new Date(),
    level: levels.find((each) => each === level) ?? 'info',
    message: String(msg ?? ''),
    fields,
    raw,
  }
}

export function isAtLeast(line: LogLine, level: string): boolean {
  const threshold = levels.indexOf(level as LogLevel)
  return threshold >= 0 && levels.indexOf(line.level) >= threshold
}

function parseRecord(raw: string): Record<string, unknown> | undefined {
  if (!raw.startsWith('{')) return undefined
  try {
    return JSON.parse(raw)
  } catch {
    return undefined
  }
}
