// What is observed without a line in the apps: an explicit list, each with the settings that keep a trace readable
// and private. `auto-instrumentations-node` would bring some forty packages for these seven and their noise (DNS and
// TCP spans, cloud detectors); what is listed here is what one finds in a trace.
//
// A trace begins where work enters a process: a server, a queue consumer, `withSpan`. Whatever goes out (SQL, Redis,
// HTTP) is recorded below such a parent only, so that polls and health checks do not fill the store with stumps.
import type { Instrumentation } from '@opentelemetry/instrumentation'
import { IORedisInstrumentation } from '@opentelemetry/instrumentation-ioredis'
import { PinoInstrumentation } from '@opentelemetry/instrumentation-pino'
import { RuntimeNodeInstrumentation } from '@opentelemetry/instrumentation-runtime-node'
import { GrpcInstrumentation } from './instrument-grpc.ts'
import { createOpenAIInstrumentation } from './instrument-openai.ts'
import { createPrismaInstrumentation } from './instrument-prisma.ts'
import { createUndiciInstrumentation } from './instrument-undici.ts'
import { PgQueries, PostgresPools } from './postgres-pools.ts'
import { RedisOperations } from './redis-operations.ts'

/** The libraries that are patched while being imported. Hooking every import would cost more than all of them. */
export const importedByName = ['@grpc/grpc-js', 'ioredis', 'openai', 'pg', 'pino']

/** Health checks, and the poll by which the gateway keeps its keys fresh. */
const polls = [
  'grpc.health.v1.Health/Check',
  'grpc.health.v1.Health/Watch',
  'throughline.v1.TenantService/ListKeys',
]

export function createInstrumentations(): Instrumentation[] {
  return [
    new GrpcInstrumentation({ ignoredMethods: polls }),
    createUndiciInstrumentation(),
    createPrismaInstrumentation(),
    new PostgresPools(),
    new PgQueries({ requireParentSpan: true, ignoreConnectSpans: true }),
    new RedisOperations(),
    new IORedisInstrumentation({
      requireParentSpan: true,
      // The arguments hold job payloads and baggage.
      dbStatementSerializer: (command) => command,
    }),
    createOpenAIInstrumentation(),
    new PinoInstrumentation(),
    new RuntimeNodeInstrumentation(),
  ]
}
