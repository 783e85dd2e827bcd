// The real processes on free ports, with a folder of their own, and what a test needs to hold against them.
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { demoKey } from '@throughline/core/seed'
import type { LiveCheck } from '@throughline/registry/check'
import { freePorts, type Ports } from '@throughline/scripts/system/ports.ts'
import { type System, startSystem } from '@throughline/scripts/system/start-system.ts'
import {
  createTraceClient,
  type LogLine,
  readLogLines,
  type TraceTree,
  type WaitOptions,
} from '@throughline/trace-testing'
import { startOtlpTap } from './otlp-tap.ts'

export interface Call {
  readonly status: number
  readonly headers: Headers
  readonly body: Record<string, unknown>
  readonly traceId: string
  /** The caller's span, which nobody reports. */
  readonly callerSpanId: string
}

export interface CallOptions {
  readonly key?: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface RunningSystem {
  readonly system: System
  readonly ports: Ports
  /** Calls the gateway as a service that is part of a trace already. */
  readonly post: (path: string, body: unknown, options?: CallOptions) => Promise<Call>
  readonly get: (path: string) => Promise<Record<string, unknown>>
  readonly waitForTrace: (
    call: Pick<Call, 'traceId'> & Partial<Call>,
    options?: WaitOptions,
  ) => Promise<TraceTree>
  /** Every line that any process has printed, in order of arrival. */
  readonly printed: readonly LogLine[]
  /** Has been given everything that any process has sent: traces, metrics and logs. */
  readonly liveCheck: LiveCheck
  /** Make a further process export to the same places. */
  readonly exportVariables: Readonly<Record<string, string>>
  readonly stop: () => Promise<void>
}

/** Spans and logs arrive within tenths of a second of their end, so that waiting for quiet is short. */
const promptExport = {
  OTEL_BSP_SCHEDULE_DELAY: '100',
  OTEL_BLRP_SCHEDULE_DELAY: '100',
}
const quietMs = 600

/** `telemetry` is told to every service on top of what makes their exports prompt. */
export async function startRunningSystem(
  env: NodeJS.ProcessEnv,
  telemetry: Readonly<Record<string, string>> = {},
): Promise<RunningSystem> {
  const dataDir = await mkdtemp(join(tmpdir(), 'throughline-e2e-'))
  const printed: LogLine[] = []
  const ports = await freePorts()
  const tap = await startOtlpTap({ forwardTo: `http://127.0.0.1:${ports.lensOtlp}` })
  const exportVariables = { ...promptExport, ...tap.variables, ...telemetry }
  const system = await startSystem({
    dataDir,
    env: { ...surroundings(env), ...exportVariables },
    ports,
    durable: false,
    onLog: ({ service, raw }) => printed.push(...readLogLines(service, raw)),
  })
  const traces = createTraceClient({ baseUrl: system.lensUrl })
  const { get, post } = callerOf(system.gatewayUrl)
  return {
    system,
    ports,
    printed,
    exportVariables,
    liveCheck: tap.liveCheck,
    get,
    post,
    waitForTrace: ({ traceId, callerSpanId }, options) =>
      traces.waitForTrace(traceId, {
        callers: callerSpanId === undefined ? [] : [callerSpanId],
        quietMs,
        ...options,
      }),
    stop: async () => {
      await system.stop()
      await tap.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** The environment without what a person may have set for a system of their own. */
export function surroundings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const ours = /^(OTEL_|LENS_|MODEL_|DATABASE_|REDIS_|HOST$|DEMO$|LOG_LEVEL$)|_(PORT|ADDRESS)$/
  return Object.fromEntries(Object.entries(env).filter(([name]) => !ours.test(name)))
}

export function callerOf(gatewayUrl: string): Pick<RunningSystem, 'get' | 'post'> {
  const authorization = (key: string) => ({ authorization: `Bearer ${key}` })
  return {
    async get(path) {
      const response = await fetch(new URL(path, gatewayUrl), { headers: authorization(demoKey) })
      return (await response.json()) as Record<string, unknown>
    },
    async post(path, body, { key = demoKey, headers = {} } = {}) {
      const traceId = randomBytes(16).toString('hex')
      const callerSpanId = randomBytes(8).toString('hex')
      const response = await fetch(new URL(path, gatewayUrl), {
        method: 'POST',
        headers: {
          ...authorization(key),
          'content-type': 'application/json',
          traceparent: `00-${traceId}-${callerSpanId}-01`,
          ...headers,
        },
        body: JSON.stringify(body),
      })
      return {
        status: response.status,
        headers: response.headers,
        body: (await response.json()) as Record<string, unknown>,
        traceId,
        callerSpanId,
      }
    },
  }
}
