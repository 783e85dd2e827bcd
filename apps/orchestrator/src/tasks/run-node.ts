import { attributes, events, labels, spans, withSpan } from '@throughline/telemetry'
import type { NodeRecord } from '../checkpoints/checkpoint-store.ts'
import { toTaskError } from '../errors.ts'
import { llmCalls, llmTokens, nodeDuration, nodeExecutions } from '../metrics.ts'
import type { AskModel, Usage } from '../models/model-client.ts'
import type { Attempt } from './attempt.ts'
import type { Ask, NodeDefinition } from './workflow.ts'

/** Runs one node in its own span and returns what the checkpoint keeps of it. */
export async function runNode<Facts, Outputs>(
  node: NodeDefinition<Facts, Outputs, string, unknown>,
  input: { readonly facts: Facts; readonly outputs: Outputs },
  attempt: Attempt,
  askModel: AskModel,
): Promise<NodeRecord> {
  const { type: nodeType } = node
  const about = { [attributes.nodeId]: node.id, [attributes.nodeType]: nodeType }
  return withSpan(spans.runNode, about, async (span) => {
    const startedAt = performance.now()
    const finish = (status: 'completed' | 'failed'): void => {
      nodeExecutions.add(1, { [labels.nodeType]: nodeType, [labels.status]: status })
      nodeDuration.record((performance.now() - startedAt) / 1_000, { [labels.nodeType]: nodeType })
    }
    attempt.events.publish({ type: 'node.started', node: node.id })
    try {
      const asking = askFor(node.id, attempt, askModel)
      const output = await node.run({ ...input, ask: asking.ask })
      finish('completed')
      span.addEvent(events.nodeCompleted)
      attempt.events.publish({ type: 'node.completed', node: node.id, output })
      attempt.logger.info({ node: node.id }, 'node completed')
      return { output, usage: asking.usage() }
    } catch (err) {
      const error = toTaskError(err)
      finish('failed')
      span.addEvent(events.nodeFailed)
      attempt.events.publish({ type: 'node.failed', node: node.id, errorCode: error.code })
      throw error
    }
  })
}

/** The node's way to the model: its tokens become events, its usage adds up. */
function askFor(node: string, attempt: Attempt, askModel: AskModel) {
  let total: Usage | undefined
  const ask: Ask = async (question) => {
    const { answer, usage } = await askModel(question, {
      signal: attempt.signal,
      onToken: (text) => attempt.events.publish({ type: 'token', node, text }),
    })
    countCall(usage, attempt.started.tenantId)
    total = {
      model: usage.model,
      inputTokens: (total?.inputTokens ?? 0) + usage.inputTokens,
      outputTokens: (total?.outputTokens ?? 0) + usage.outputTokens,
    }
    return answer
  }
  return { ask, usage: () => total }
}

function countCall({ model, inputTokens, outputTokens }: Usage, tenant: string): void {
  const about = { [labels.model]: model, [labels.tenant]: tenant }
  llmCalls.add(1, about)
  llmTokens.add(inputTokens, { ...about, [labels.tokenType]: 'input' })
  llmTokens.add(outputTokens, { ...about, [labels.tokenType]: 'output' })
}
