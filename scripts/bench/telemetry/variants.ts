// What is compared: the same programs, started with other flags.
import { fileURLToPath } from 'node:url'
import { autoFlags } from './auto-instrumentations.ts'

export const variants = ['off', 'ours', 'auto'] as const
export type Variant = (typeof variants)[number]

export const titles: Readonly<Record<Variant, string>> = {
  off: 'off',
  ours: 'Throughline',
  auto: 'auto-instrumentations-node',
}

const here = (path: string) => new URL(path, import.meta.url).href

const telemetry: Readonly<Record<Variant, () => readonly string[]>> = {
  off: () => [],
  ours: () => ['--import', import.meta.resolve('@throughline/telemetry/register')],
  auto: () => autoFlags(),
}

export interface FlagOptions {
  /** Keeps our Fastify plugin in every variant: its modules are loaded, as in a service that switches telemetry off. */
  readonly withPlugin?: boolean
}

export function flagsOf(variant: Variant, { withPlugin = variant === 'ours' }: FlagOptions = {}) {
  return [
    ...['-C', '@throughline/source', '--disable-warning=ExperimentalWarning'],
    ...['--import', here('./control.ts')],
    ...(withPlugin ? [] : ['--import', here('./without-plugin.ts')]),
    ...telemetry[variant](),
  ]
}

/** The same for all: same signals, same sampling (all of it), same protocol, a receiver that costs next to nothing. */
export function telemetryEnv(variant: Variant, receiverUrl: string): Record<string, string> {
  return {
    OTEL_TRACES_EXPORTER: 'otlp',
    OTEL_METRICS_EXPORTER: 'otlp',
    OTEL_LOGS_EXPORTER: 'otlp',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    OTEL_EXPORTER_OTLP_ENDPOINT: `${receiverUrl}/${variant}`,
    // Traces would wait for five seconds, logs for one: what a round records, the round is to pay for.
    OTEL_BSP_SCHEDULE_DELAY: '1000',
    OTEL_BLRP_SCHEDULE_DELAY: '1000',
    // Looks for the machine it is on; with the clouds' own detectors a start would wait for their addresses.
    OTEL_NODE_RESOURCE_DETECTORS:
      variant === 'auto' ? 'env,host,os,serviceinstance' : 'service,host',
  }
}

export const subject = (name: string) => fileURLToPath(here(`./subjects/${name}.ts`))
