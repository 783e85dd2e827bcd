import { logs, ROOT_CONTEXT } from '@opentelemetry/api'
import { PinoLines } from '../pino-lines.ts'

/** A line of which nobody wants a record has its ids all the same, and is not read again. */
export const instrumentations = () => [new PinoLines({ disableLogSending: !areRecorded() })]

function areRecorded(): boolean {
  return logs.getLogger('@opentelemetry/instrumentation-pino').enabled({ context: ROOT_CONTEXT })
}
