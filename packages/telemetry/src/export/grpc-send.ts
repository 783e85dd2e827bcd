// One OTLP request over gRPC. Loaded only when OTEL_EXPORTER_OTLP_PROTOCOL asks for it.
import { Client, type Metadata, type ServiceError, status } from '@grpc/grpc-js'
import { convertLegacyOtlpGrpcOptions } from '@opentelemetry/otlp-grpc-exporter-base'
import type { Sender } from './http-send.ts'
import type { Outcome, ReadAnswer } from './outcome.ts'
import { longestPauseMs } from './queue-size.ts'

export interface GrpcSendSettings {
  /** As in `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`. */
  readonly variable: string
  readonly path: string
  readonly mostMs: number
  readonly readAnswer: ReadAnswer
}

/** OTLP: these say "later"; every other failure says "never". */
const temporaryStatuses = [
  status.CANCELLED,
  status.DEADLINE_EXCEEDED,
  status.ABORTED,
  status.OUT_OF_RANGE,
  status.UNAVAILABLE,
  status.DATA_LOSS,
]

const gzip = 2

export function createGrpcSender({ variable, path, mostMs, readAnswer }: GrpcSendSettings): Sender {
  const options = convertLegacyOtlpGrpcOptions({}, variable)
  const timeoutMs = Math.min(options.timeoutMillis, mostMs)
  const client = new Client(options.url, options.credentials(), {
    // By itself a channel would knock again only after up to two minutes, long after the queue is full.
    'grpc.max_reconnect_backoff_ms': longestPauseMs,
    // Without a ping, a connection that a firewall forgot looks alive for a quarter of an hour.
    'grpc.keepalive_time_ms': 10_000,
    'grpc.keepalive_timeout_ms': 5_000,
    'grpc.primary_user_agent': 'OTel-OTLP-Exporter-JavaScript/throughline',
    ...(options.compression === 'gzip' && { 'grpc.default_compression_algorithm': gzip }),
  })
  return {
    url: options.url,
    send: (data, signal) =>
      new Promise((resolve) => {
        const call = client.makeUnaryRequest(
          path,
          (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
          (bytes) => bytes,
          data,
          options.metadata(),
          { deadline: Date.now() + timeoutMs },
          (err, answer) => {
            signal.removeEventListener('abort', cancel)
            resolve(err ? judge(err) : read(answer ?? Buffer.alloc(0), readAnswer))
          },
        )
        const cancel = () => call.cancel()
        signal.addEventListener('abort', cancel)
      }),
  }
}

function judge({ code, details, metadata }: ServiceError): Outcome {
  const failure = { errorType: status[code] ?? String(code), message: details || status[code] }
  const retryAfterMs = readRetryDelay(metadata)
  // An exhausted receiver is a full one or a forbidden one: only the first says when to come back.
  const isTemporary =
    temporaryStatuses.includes(code) ||
    (code === status.RESOURCE_EXHAUSTED && retryAfterMs !== undefined)
  if (!isTemporary) return { is: 'refused', ...failure }
  return { is: 'postponed', ...failure, ...(retryAfterMs && { retryAfterMs }) }
}

function read(answer: Buffer, readAnswer: ReadAnswer): Outcome {
  try {
    return readAnswer(answer)
  } catch (err) {
    const remark = `its answer cannot be read: ${(err as Error).message}`
    return { is: 'accepted', rejectedCount: 0, remark }
  }
}

const retryInfo = 'google.rpc.RetryInfo'

/**
 * Out of the error's details: an Any { 1: type, 2: RetryInfo { 1: Duration { 1: seconds } } }, each field a tag and a
 * length. Fractions of a second do not matter here, and durations end at two minutes.
 */
function readRetryDelay(metadata: Metadata): number | undefined {
  const [details] = metadata.get('grpc-status-details-bin')
  if (!Buffer.isBuffer(details)) return undefined
  const at = details.indexOf(retryInfo)
  if (at < 0) return undefined
  const [anyTag, , infoTag, , secondsTag, seconds = 0] = details.subarray(at + retryInfo.length)
  const hasSeconds = anyTag === 0x12 && infoTag === 0x0a && secondsTag === 0x08 && seconds < 0x80
  return hasSeconds ? seconds * 1_000 : 0
}
