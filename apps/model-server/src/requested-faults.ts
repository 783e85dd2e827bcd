import { faultBaggageKey, faults } from '@throughline/contracts'
import { baggageValue } from '@throughline/telemetry'
import type { onRequestHookHandler } from 'fastify'
import { ModelServerError } from './errors.ts'

/** In a demonstration, a request may ask for its own failure; the wish has come through every hop as baggage. */
export const failWhenAsked: onRequestHookHandler = (_request, _reply, done) => {
  const asked = baggageValue(faultBaggageKey) === faults.modelError
  done(
    asked ? new ModelServerError('model_error', 'The model failed, as was asked for') : undefined,
  )
}
