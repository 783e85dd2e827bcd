// What stands in for `@throughline/telemetry/fastify` where it is taken out.
import type { FastifyInstance } from 'fastify'

export * from '@throughline/telemetry/fastify'

export async function httpTelemetry(_app: FastifyInstance): Promise<void> {}
