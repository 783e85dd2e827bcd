// OTLP's enumerations as words. A number from a future version of OTLP reads as the zero of its enumeration.
import type { SpanKind, StatusCode } from '../api/trace-json.ts'

const kinds: readonly SpanKind[] = [
  'UNSPECIFIED',
  'INTERNAL',
  'SERVER',
  'CLIENT',
  'PRODUCER',
  'CONSUMER',
]
const statusCodes: readonly StatusCode[] = ['UNSET', 'OK', 'ERROR']

export const spanKind = (value: number): SpanKind => kinds[value] ?? 'UNSPECIFIED'
export const statusCode = (value: number): StatusCode => statusCodes[value] ?? 'UNSET'

const severities = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL']

/** Each level has four numbers: 9 is INFO, 10 is INFO2. */
export function severityName(severityNumber: number): string {
  return severities[Math.ceil(severityNumber / 4) - 1] ?? ''
}
