// Spans or log records on their way to an OTLP receiver, as the standard variables ask.
import { metrics } from '@opentelemetry/api'
import { getNumberFromEnv } from '@opentelemetry/core'
import type { Resource } from '@opentelemetry/resources'
import { otlpProtocol } from '../exporter-names.ts'
import { createExportQueue, type ExportQueue } from './export-queue.ts'
import { createHttpSender, type Sender } from './http-send.ts'
import { createLedger } from './ledger.ts'
import { createLossReport } from './loss-report.ts'
import { observeExport } from './observe-export.ts'
import type { OtlpEncoding, OtlpSignal } from './otlp-signal.ts'
import { defaultCapacity } from './queue-size.ts'

export interface OtlpExport<T> {
  readonly queue: ExportQueue<T>
  /** To be called once the SDK runs: a meter that is taken before stays silent for ever. */
  observe(): void
}

const defaultBatchSize = 512
const defaultTimeoutMs = 30_000

/** As in `otlp_http_span_exporter`. */
const exporterTypes: Record<string, string> = {
  'http/protobuf': 'otlp_http',
  'http/json': 'otlp_http_json',
  grpc: 'otlp_grpc',
}

export async function createOtlpExport<T extends { readonly resource: Resource }>(
  signal: OtlpSignal<T>,
  env: NodeJS.ProcessEnv,
): Promise<OtlpExport<T>> {
  const { name, items, batch, defaultDelayMs } = signal
  const read = (variable: string) => getNumberFromEnv(`${batch}_${variable}`)
  const protocol = otlpProtocol(signal.variable, env)
  const encoding = protocol === 'http/json' ? await signal.json() : signal.protobuf
  const mostMs = read('EXPORT_TIMEOUT') ?? defaultTimeoutMs
  const { url, send } = await createSender(signal, protocol, encoding, mostMs)

  const capacity = read('MAX_QUEUE_SIZE') ?? defaultCapacity
  const ledger = createLedger(createLossReport({ items, waitingCount: () => queue.size }))
  const queue: ExportQueue<T> = createExportQueue({
    encode: encoding.encode,
    send,
    ledger,
    capacity,
    batchSize: Math.min(read('MAX_EXPORT_BATCH_SIZE') ?? defaultBatchSize, capacity),
    delayMs: read('SCHEDULE_DELAY') ?? defaultDelayMs,
  })
  // Whoever forgets the shutdown, or crashes, shall know what that cost. After a shutdown nothing is left.
  process.once('exit', queue.forsake)
  return {
    queue,
    observe() {
      const meter = metrics.getMeter('throughline')
      const exporterType = `${exporterTypes[protocol]}_${name}_exporter`
      observeExport(meter, { signal: name, exporterType, url, queue, ledger })
    },
  }
}

/** gRPC is loaded only when it is asked for. */
async function createSender<T>(
  { variable, httpPath, grpcPath }: OtlpSignal<T>,
  protocol: string,
  { contentType, readAnswer }: OtlpEncoding<T>,
  mostMs: number,
): Promise<Sender> {
  if (protocol !== 'grpc') {
    return createHttpSender({ variable, path: httpPath, contentType, readAnswer, mostMs })
  }
  const { createGrpcSender } = await import('./grpc-send.ts')
  return createGrpcSender({ variable, path: grpcPath, readAnswer, mostMs })
}
