// The whole system with everything overheard: each byte of OTLP that leaves a process, and each line it prints.
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePorts, type Ports } from '@throughline/scripts/system/ports.ts'
import { type System, startSystem } from '@throughline/scripts/system/start-system.ts'
import { startOtlpServer } from '@throughline/trace-testing/receiver'
import { surroundings } from '../running-system.ts'

export interface Overheard {
  /** Where it was heard: `gateway stdout`, `/v1/traces`. */
  readonly where: string
  readonly content: Buffer
}

export interface OverheardSystem {
  readonly system: System
  readonly ports: Ports
  readonly overheard: readonly Overheard[]
  /** Ends all processes, which send what is left, and then what has heard them. */
  readonly stop: () => Promise<void>
}

const model = fileURLToPath(
  new URL('../../apps/model-server/models/negotiator.gguf', import.meta.url),
)

/** `folder` is part of the model's path. */
export async function startOverheardSystem(
  env: NodeJS.ProcessEnv,
  folder: string,
): Promise<OverheardSystem> {
  const dataDir = await mkdtemp(join(tmpdir(), 'throughline-secrets-'))
  const modelPath = join(dataDir, folder, 'negotiator.gguf')
  await mkdir(join(dataDir, folder))
  await copyFile(model, modelPath)
  const overheard: Overheard[] = []
  const ear = await startOtlpServer(({ path, body }) => {
    overheard.push({ where: path, content: body })
  })
  const ports = await freePorts()
  const system = await startSystem({
    dataDir,
    ports,
    env: {
      ...surroundings(env),
      MODEL_PATH: modelPath,
      // Not even the lines that nobody sees by default.
      LOG_LEVEL: 'debug',
      OTEL_EXPORTER_OTLP_ENDPOINT: ear.url,
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_METRIC_EXPORT_INTERVAL: '1000',
      OTEL_METRIC_EXPORT_TIMEOUT: '1000',
    },
    durable: false,
    onLog: ({ service, raw }) => overheard.push({ where: service, content: Buffer.from(raw) }),
  })
  return {
    system,
    ports,
    overheard,
    async stop() {
      await system.stop()
      await ear.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
