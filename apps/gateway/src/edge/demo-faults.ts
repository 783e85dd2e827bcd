// Lets a trusted caller of a demo ask for a failure. The wish becomes baggage and travels the real hops.
import { context, propagation } from '@opentelemetry/api'
import { type Fault, faultBaggageKey, faultHeader, faults } from '@throughline/contracts'
import type { FastifyInstance } from 'fastify'
import { GatewayError } from '../errors.ts'

export function addDemoFaults(app: FastifyInstance): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const fault = request.headers[faultHeader]
    if (fault === undefined || !request.caller?.trusted) return done()
    if (!isFault(fault)) return done(unknownFault())
    const baggage = propagation.getActiveBaggage() ?? propagation.createBaggage()
    const asked = baggage.setEntry(faultBaggageKey, { value: fault })
    context.with(propagation.setBaggage(context.active(), asked), done)
  })
}

function isFault(value: unknown): value is Fault {
  return (Object.values(faults) as unknown[]).includes(value)
}

function unknownFault(): GatewayError {
  return new GatewayError('invalid', 'There is no such fault', {
    fields: [{ field: faultHeader, message: `must be one of ${Object.values(faults).join(', ')}` }],
  })
}
