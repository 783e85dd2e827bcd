import type { Usage } from '@throughline/contracts'
import { labels } from '@throughline/telemetry'
import { llmCalls, llmCost, llmTokens, llmUnpricedCalls } from '../metrics.ts'
import { toUsd } from './usage.ts'

/** A call is in the sum of costs or among those without a price, never in both and never in neither. */
export function countCall(model: string, tenantId: string, usage: Usage): void {
  const about = { [labels.model]: model, [labels.tenant]: tenantId }
  llmCalls.add(1, about)
  llmTokens.add(usage.inputTokens, { ...about, [labels.tokenType]: 'input' })
  llmTokens.add(usage.outputTokens, { ...about, [labels.tokenType]: 'output' })
  if (usage.unpricedCalls > 0) llmUnpricedCalls.add(usage.unpricedCalls, about)
  else llmCost.add(toUsd(usage.costNanoUsd), about)
}
