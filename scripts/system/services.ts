// The services: where each is reached, what its environment says, and how to ask whether it is ready.
import { join } from 'node:path'
import { type Ports, portVariables } from './ports.ts'
import { grpcProbe, httpProbe, type Probe } from './readiness.ts'

export const serviceNames = ['lens', 'model-server', 'core', 'orchestrator', 'gateway'] as const
export type ServiceName = (typeof serviceNames)[number]
type Environment = Readonly<Record<string, string | undefined>>

export interface ServiceDefinition {
  readonly address: string
  readonly isReady: Probe
  /** Whether it reports to OpenTelemetry; what receives the reports does not. */
  readonly traced: boolean
}

export type ServiceDefinitions = Readonly<Record<ServiceName, ServiceDefinition>>

export const root = join(import.meta.dirname, '../..')
/** A batch of spans leaves soon: somebody is waiting to see the trace. */
const exportDelayMs = '500'

export function defineServices(ports: Ports, env: Environment): ServiceDefinitions {
  const host = hostOf(env)
  const overHttp = (port: number) => {
    const address = `http://${host}:${port}`
    return { address, isReady: httpProbe(`${address}/readyz`), traced: true }
  }
  const core = `${host}:${ports.core}`
  return {
    lens: { ...overHttp(ports.lens), traced: false },
    'model-server': overHttp(ports.modelServer),
    core: { address: core, isReady: grpcProbe(core), traced: true },
    orchestrator: overHttp(ports.orchestrator),
    gateway: overHttp(ports.gateway),
  }
}

/** What all services are told. A variable that the user has set keeps its value, ports and addresses apart. */
export function serviceEnvironment(
  ports: Ports,
  env: Environment,
  databases: { readonly databaseUrl: string; readonly redisUrl: string },
): NodeJS.ProcessEnv {
  const host = hostOf(env)
  const defaults = {
    DEMO: 'true',
    LOG_LEVEL: 'info',
    NODE_COMPILE_CACHE: join(root, '.data/cache/node'),
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://${host}:${ports.lensOtlp}`,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    // Lens counts data points and keeps none.
    OTEL_METRICS_EXPORTER: 'none',
    OTEL_BSP_SCHEDULE_DELAY: exportDelayMs,
    OTEL_BLRP_SCHEDULE_DELAY: exportDelayMs,
  }
  return {
    ...defaults,
    ...Object.fromEntries(Object.entries(env).filter(([, value]) => value)),
    ...portVariables(ports),
    // Lens knows this machine as localhost, and would refuse everyone who asks for it by another name.
    LENS_ALLOWED_HOSTS: [host, env.LENS_ALLOWED_HOSTS].filter(Boolean).join(','),
    CORE_ADDRESS: `${host}:${ports.core}`,
    MODEL_SERVER_URL: `http://${host}:${ports.modelServer}`,
    DATABASE_URL: databases.databaseUrl,
    REDIS_URL: databases.redisUrl,
  }
}

/** Where a service that listens everywhere is reached from here. */
function hostOf({ HOST }: Environment): string {
  return !HOST || HOST === '0.0.0.0' || HOST === '::' ? '127.0.0.1' : HOST
}
