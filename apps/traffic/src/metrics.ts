// All instruments of traffic of its own: what the shoppers experience. HTTP durations come with the instrumentation.
import { counter, histogram, metrics, upDownCounter } from '@throughline/telemetry'

export const visits = counter(metrics.shopVisits, {
  description: 'Visits that ended, by what the shopper came for and how it went',
  unit: '{visit}',
})

export const shoppers = upDownCounter(metrics.shopShoppers, {
  description: 'Shoppers in the shop',
  unit: '{shopper}',
})

export const negotiationDuration = histogram(metrics.shopNegotiationDuration, {
  description: "From the shopper's wish to the agent's answer",
  unit: 's',
  buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40],
})
