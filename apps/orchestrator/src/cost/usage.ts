// What calls to models use and cost: plain sums of whole numbers.
import type { Usage } from '@throughline/contracts'
import type { Price } from './prices.ts'

export interface TokenCounts {
  readonly inputTokens: number
  readonly outputTokens: number
}

export const noUsage: Readonly<Usage> = Object.freeze({
  inputTokens: 0,
  outputTokens: 0,
  costNanoUsd: 0,
  unpricedCalls: 0,
})

/** Of one call. Without a price, or without a count of its tokens, nobody knows what it cost. */
export function usageOfCall(price: Price | undefined, tokens: TokenCounts | undefined): Usage {
  const counted = { ...noUsage, ...tokens }
  if (price === undefined || tokens === undefined) return { ...counted, unpricedCalls: 1 }
  return { ...counted, costNanoUsd: costNanoUsd(price, tokens) }
}

export function addUsage(one: Usage, other: Usage): Usage {
  return {
    inputTokens: one.inputTokens + other.inputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
    costNanoUsd: one.costNanoUsd + other.costNanoUsd,
    unpricedCalls: one.unpricedCalls + other.unpricedCalls,
  }
}

/** Fractions of a billionth are rounded up, once for each call: no call is cheaper than its tokens. */
export function costNanoUsd(price: Price, { inputTokens, outputTokens }: TokenCounts): number {
  const pico = inputTokens * price.inputPicoUsd + outputTokens * price.outputPicoUsd
  return Math.ceil(pico / 1_000)
}

export function toUsd(nanoUsd: number): number {
  return nanoUsd / 1e9
}
