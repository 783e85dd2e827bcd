// All instruments of the gateway of its own; HTTP durations come with the telemetry plugin.
import { counter, metrics } from '@throughline/telemetry'

export const rateLimitHits = counter(metrics.rateLimitHits, {
  description: 'Requests refused because their key had used up its minute',
  unit: '{request}',
})
