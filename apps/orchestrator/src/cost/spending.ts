// What an attempt uses of its task's budget. Before a call to a model its worst case is set aside, so that calls side by
// side do not pass together what each of them would keep alone.
import type { Usage } from '@throughline/contracts'
import { attributes } from '@throughline/telemetry'
import { TaskError } from '../errors.ts'
import { countCall } from './count-call.ts'
import type { Prices } from './prices.ts'
import { addUsage, costNanoUsd, noUsage, type TokenCounts, toUsd, usageOfCall } from './usage.ts'

export interface PlannedCall {
  readonly model: string
  /** Of all that the model may be shown: no tokenizer makes more tokens than there are bytes. */
  readonly requestBytes: number
  readonly maxOutputTokens: number
}

export interface Reservation {
  /** The model has begun to answer. Without counts nobody knows what it used, and what is set aside stays so. */
  settle(tokens: TokenCounts | undefined): void
  /** The model has not begun. */
  release(): void
}

export interface Spending {
  /** Of this attempt so far, with what it took over from attempts that never reported. */
  used(): Usage
  /** What an attempt before this one used and could not report. */
  takeOver(usage: Usage): void
  /** Throws when the call could cost more than is left of a budget, or nobody knows what it could cost. */
  reserve(call: PlannedCall): Reservation
  /** The same budget with a tally of its own: what one node uses. */
  tally(): Spending
}

export interface SpendingOptions {
  readonly tenantId: string
  readonly prices: Prices
  /** What may still be spent; undefined means no limit. */
  readonly budgetNanoUsd: number | undefined
}

export function openSpending({ tenantId, prices, budgetNanoUsd }: SpendingOptions): Spending {
  let usedNanoUsd = 0
  let reservedNanoUsd = 0

  function setAside({ model, requestBytes, maxOutputTokens }: PlannedCall): number {
    if (budgetNanoUsd === undefined) return 0
    const price = prices.get(model)
    if (price === undefined) {
      throw new TaskError('model_unpriced', { cause: new Error(`${model} has no known price`) })
    }
    const worstCase = { inputTokens: requestBytes, outputTokens: maxOutputTokens }
    const nanoUsd = costNanoUsd(price, worstCase)
    if (usedNanoUsd + reservedNanoUsd + nanoUsd > budgetNanoUsd) {
      throw new TaskError('budget_exceeded')
    }
    return nanoUsd
  }

  /** `onUsed` tells whoever keeps a tally above. */
  function tally(onUsed: (usage: Usage) => void): Spending {
    let used: Usage = noUsage
    const add = (usage: Usage): void => {
      used = addUsage(used, usage)
      onUsed(usage)
    }
    return {
      used: () => used,
      takeOver: add,
      reserve(call) {
        const asideNanoUsd = setAside(call)
        reservedNanoUsd += asideNanoUsd
        return {
          settle(tokens) {
            if (tokens !== undefined) reservedNanoUsd -= asideNanoUsd
            const usage = usageOfCall(prices.get(call.model), tokens)
            add(usage)
            countCall(call.model, tenantId, usage)
          },
          release() {
            reservedNanoUsd -= asideNanoUsd
          },
        }
      },
      tally: () => tally(add),
    }
  }

  return tally((usage) => {
    usedNanoUsd += usage.costNanoUsd
  })
}

/** For a span. An unknown cost is not there as a number; the calls that it belongs to are. */
export function usageAttributes({ costNanoUsd: nanoUsd, unpricedCalls }: Usage) {
  return {
    ...(nanoUsd > 0 && { [attributes.llmCostUsd]: toUsd(nanoUsd) }),
    ...(unpricedCalls > 0 && { [attributes.llmUnpricedCalls]: unpricedCalls }),
  }
}
