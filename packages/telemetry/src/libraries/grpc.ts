import { GrpcInstrumentation } from '../instrument-grpc.ts'
import type { InsideRule } from '../outgoing/inside-hosts.ts'

/** Health checks. An app's own polls are its business: `withoutTracing`. */
const healthChecks = ['grpc.health.v1.Health/Check', 'grpc.health.v1.Health/Watch']

export const instrumentations = (isInside: InsideRule) => [
  new GrpcInstrumentation({ ignoredMethods: healthChecks, isInside }),
]
