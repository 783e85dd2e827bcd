import { GrpcInstrumentation } from '../instrument-grpc.ts'

/** Health checks, and the poll by which the gateway keeps its keys fresh. */
const polls = [
  'grpc.health.v1.Health/Check',
  'grpc.health.v1.Health/Watch',
  'throughline.v1.TenantService/ListKeys',
]

export const instrumentations = () => [new GrpcInstrumentation({ ignoredMethods: polls })]
