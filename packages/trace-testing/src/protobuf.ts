// OTLP in protobuf, read without anything of OpenTelemetry's: for whoever writes it.
import type { Otlp } from './otlp.ts'
import { otlpMessages } from './otlp-messages.ts'
import { readProtobuf } from './read-protobuf.ts'

/** Into the object that the request's JSON form would be. */
export function readOtlpRequest(signal: keyof typeof otlpMessages, request: Buffer): Otlp {
  return readProtobuf(request, otlpMessages[signal]) as Otlp
}
