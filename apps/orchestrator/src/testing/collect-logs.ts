import { type Logger, pino } from 'pino'

export interface LogLine {
  readonly level: number
  readonly msg: string
  readonly [field: string]: unknown
}

export function collectLogs(): { logger: Logger; lines: LogLine[] } {
  const lines: LogLine[] = []
  const write = (line: string) => void lines.push(JSON.parse(line) as LogLine)
  return { logger: pino({ level: 'debug' }, { write }), lines }
}
