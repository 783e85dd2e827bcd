import type { NegotiationServiceImplementation } from '@throughline/contracts'
import type { Database } from '../database.ts'
import { startNegotiation } from './start-negotiation.ts'

export interface NegotiationServiceOptions {
  readonly database: Database
  /** Called after the commit: there is a job to send. */
  readonly onOutboxWritten: () => void
}

export function negotiationService({
  database,
  onOutboxWritten,
}: NegotiationServiceOptions): NegotiationServiceImplementation {
  return {
    async startNegotiation(request, { signal }) {
      const response = await startNegotiation(database, request, signal)
      onOutboxWritten()
      return response
    },
  }
}
