import type { NegotiationServiceImplementation } from '@throughline/contracts'
import type { Database } from '../database.ts'
import type { QueueHooks } from '../tasks/task-service.ts'
import { startNegotiation } from './start-negotiation.ts'

export interface NegotiationServiceOptions extends Pick<QueueHooks, 'admit' | 'onTaskQueued'> {
  readonly database: Database
}

export function negotiationService({
  database,
  admit,
  onTaskQueued,
}: NegotiationServiceOptions): NegotiationServiceImplementation {
  return {
    async startNegotiation(request, { signal }) {
      admit()
      const response = await startNegotiation(database, request, signal)
      onTaskQueued()
      return response
    },
  }
}
