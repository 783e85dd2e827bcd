import { IORedisInstrumentation } from '@opentelemetry/instrumentation-ioredis'
import { RedisOperations } from '../redis-operations.ts'

export const instrumentations = () => [
  new RedisOperations(),
  new IORedisInstrumentation({
    requireParentSpan: true,
    // The arguments hold job payloads and baggage.
    dbStatementSerializer: (command) => command,
  }),
]
