// A stream of OTLP as it is sent: over HTTP, and over gRPC for those who speak no HTTP.
import { promisify } from 'node:util'
import { Server, ServerCredentials, status, type UntypedHandleCall } from '@grpc/grpc-js'
import {
  decodeOtlp,
  type Otlp,
  type OtlpServer,
  startOtlpServer,
} from '@throughline/trace-testing/receiver'

/** The address cannot be listened on; the message says why. */
export class ListenError extends Error {
  override readonly name = 'ListenError'
}

interface Address {
  readonly host: string
  readonly port: number
}

export async function receiveHttp(
  take: (otlp: Otlp) => void,
  { host, port }: Address,
): Promise<OtlpServer> {
  try {
    return await startOtlpServer((request) => take(decodeOtlp(request)), { host, port })
  } catch (cause) {
    throw cannotListen(port, cause)
  }
}

const services = {
  traces: 'opentelemetry.proto.collector.trace.v1.TraceService',
  metrics: 'opentelemetry.proto.collector.metrics.v1.MetricsService',
  logs: 'opentelemetry.proto.collector.logs.v1.LogsService',
}

export async function receiveGrpc(
  take: (otlp: Otlp) => void,
  { host, port }: Address,
): Promise<OtlpServer> {
  const server = new Server({ 'grpc.max_receive_message_length': longestMessage })
  for (const [signal, service] of Object.entries(services)) {
    const takeBody = (body: Buffer) => {
      take(decodeOtlp({ path: `/v1/${signal}`, contentType: 'application/x-protobuf', body }))
    }
    server.addService(exportOf(service), { Export: exportHandler(takeBody) })
  }
  try {
    const bind = promisify(server.bindAsync.bind(server))
    const bound = await bind(`${host}:${port}`, ServerCredentials.createInsecure())
    return { url: `http://${host}:${bound}`, stop: async () => server.forceShutdown() }
  } catch (cause) {
    throw cannotListen(port, cause)
  }
}

/** A full batch of the standard exporters is more than the 4 MiB that gRPC takes by itself. */
const longestMessage = 64 * 1024 * 1024

/** Messages stay bytes: they are read by what reads those of HTTP. */
function exportOf(service: string) {
  const asItIs = (bytes: Buffer) => bytes
  return {
    Export: {
      path: `/${service}/Export`,
      requestStream: false,
      responseStream: false,
      requestSerialize: asItIs,
      requestDeserialize: asItIs,
      responseSerialize: asItIs,
      responseDeserialize: asItIs,
    },
  } as const
}

function exportHandler(take: (body: Buffer) => void): UntypedHandleCall {
  return (
    { request }: { request: Buffer },
    callback: (err: object | null, answer?: Buffer) => void,
  ) => {
    try {
      take(request)
      callback(null, Buffer.alloc(0))
    } catch (err) {
      callback({ code: status.INVALID_ARGUMENT, details: (err as Error).message })
    }
  }
}

function cannotListen(port: number, cause: unknown): ListenError {
  const { code, message } = cause as NodeJS.ErrnoException
  const isTaken = code === 'EADDRINUSE' || message.includes('EADDRINUSE')
  const why = isTaken
    ? 'is taken: something else listens there. Choose another one.'
    : `cannot be listened on: ${message}`
  return new ListenError(`Port ${port} ${why}`, { cause })
}
