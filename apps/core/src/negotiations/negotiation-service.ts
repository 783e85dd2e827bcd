import type { NegotiationServiceImplementation } from '@throughline/contracts'
import type { Database } from '../database.ts'
import type { QueueHooks } from '../tasks/task-service.ts'
import { startNegotiation } from './start-negotiation.ts'

export interface NegotiationServiceOptions extends Pick<QueueHooks, 'admit' | 'onTaskQueued'> {
  readonly database: Database
}

export function negotiationService({
  database,
  ...queue
}: NegotiationServiceOptions): NegotiationServiceImplementation {
  return {
    startNegotiation: (request, { signal }) => startNegotiation(database, request, queue, signal),
  }
}
