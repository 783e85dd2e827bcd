// All instruments of the gateway of its own; HTTP durations come with the telemetry plugin.
import { counter, gauge, metrics } from '@throughline/telemetry'

export const rateLimitHits = counter(metrics.rateLimitHits, {
  description: 'Requests refused because their key had used up its minute',
  unit: '{request}',
})

export const rateLimitRemaining = gauge(metrics.rateLimitTokensRemaining, {
  description: 'What a key of the tenant had left of its minute, as last seen',
  unit: '{request}',
})
