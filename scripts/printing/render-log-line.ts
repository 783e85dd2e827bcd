// A service's JSON line for the eye: time, service, level, message, a few fields. The whole line stays in .data/logs.
import type { LogLevel, LogLine } from '../system/log-line.ts'
import type { Paint, Style } from './terminal.ts'

const serviceStyles: Readonly<Record<string, Style>> = {
  gateway: 'cyan',
  core: 'magenta',
  orchestrator: 'blue',
  'model-server': 'green',
  lens: 'yellow',
}
const levelStyles: Readonly<Record<LogLevel, Style>> = {
  trace: 'dim',
  debug: 'dim',
  info: 'green',
  warn: 'yellow',
  error: 'red',
  fatal: 'red',
}
const noise = new Set(['span_id', 'trace_flags', 'pid', 'hostname'])
const shownFields = 6
const shownLength = 80
const shownTraceId = 8

export function renderLogLine(line: LogLine, paint: Paint): string {
  const { trace_id: traceId, err, ...fields } = line.fields
  const time = line.time.toISOString().slice(11, 23)
  const shown = Object.entries(fields)
    .filter(([name]) => !noise.has(name))
    .slice(0, shownFields)
    .map(([name, value]) => `${name}=${shorten(value)}`)
  const error = err === undefined ? [] : [`err=${shorten(messageOf(err))}`]
  const trace = typeof traceId === 'string' ? [`trace=${traceId.slice(0, shownTraceId)}`] : []
  return [
    paint('dim', time),
    paint(serviceStyles[line.service] ?? 'white', line.service.padEnd(12)),
    paint(levelStyles[line.level], line.level.padEnd(5)),
    safe(line.message),
    paint('dim', [...shown, ...error, ...trace].join(' ')),
  ].join(' ')
}

function messageOf(err: unknown): unknown {
  return typeof err === 'object' && err !== null && 'message' in err ? err.message : err
}

function shorten(value: unknown): string {
  const text = safe(typeof value === 'string' ? value : JSON.stringify(value))
  return text.length > shownLength ? `${text.slice(0, shownLength)}…` : text
}

/** A log line may quote what a stranger sent: no control character of it reaches the terminal. */
function safe(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '�')
}
