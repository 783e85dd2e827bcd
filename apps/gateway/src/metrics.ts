// All instruments of the gateway of its own; HTTP durations come with the telemetry plugin.
import { counter, gauge, metrics } from '@throughline/telemetry'

export const rateLimitHits = counter(metrics.rateLimitHits)
export const rateLimitRemaining = gauge(metrics.rateLimitTokensRemaining)
