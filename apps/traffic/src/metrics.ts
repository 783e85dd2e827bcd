// All instruments of traffic of its own: what the shoppers experience. HTTP durations come with the instrumentation.
import { counter, histogram, metrics, upDownCounter } from '@throughline/telemetry'

export const visits = counter(metrics.shopVisits)
export const shoppers = upDownCounter(metrics.shopShoppers)
export const negotiationDuration = histogram(metrics.shopNegotiationDuration)
