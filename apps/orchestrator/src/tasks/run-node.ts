// Runs one step, which is a node or a node for one of its items, and shows it: a span, its metrics, progress events.
import { attributes, events, labels, spans, withSpan } from '@throughline/telemetry'
import { usageAttributes } from '../cost/spending.ts'
import { toTaskError } from '../errors.ts'
import { nodeDuration, nodeExecutions } from '../metrics.ts'
import type { AskModel } from '../models/model-client.ts'
import type { Ask } from '../workflows/node.ts'
import type { AnyFacts, WorkflowNode } from '../workflows/workflow.ts'
import type { Attempt } from './attempt.ts'
import { tryNode } from './try-node.ts'

export interface Step {
  readonly node: WorkflowNode
  /** In events and in the checkpoint. */
  readonly name: string
  readonly facts: AnyFacts
  readonly item?: { readonly item: unknown; readonly index: number }
}

export interface NodeDependencies {
  readonly askModel: AskModel
  /** What `askModel` asks. */
  readonly modelName: string
}

export function runNode(
  { node, name, facts, item }: Step,
  attempt: Attempt,
  { askModel, modelName }: NodeDependencies,
  signal: AbortSignal,
): Promise<unknown> {
  return withSpan(spans.runNode, nodeAttributes(node, item?.index), async (span) => {
    const startedAt = performance.now()
    const spending = attempt.spending.tally()
    const finish = (status: 'completed' | 'failed' | 'stopped'): void => {
      nodeExecutions.add(1, { [labels.nodeType]: node.type, [labels.status]: status })
      const seconds = (performance.now() - startedAt) / 1_000
      nodeDuration.record(seconds, { [labels.nodeType]: node.type })
      span.setAttributes(usageAttributes(spending.used()))
    }

    attempt.events.publish({ type: 'node.started', node: name })
    const onToken = (text: string) => attempt.events.publish({ type: 'token', node: name, text })
    const { tenantId } = attempt.started
    try {
      const output = await tryNode(node, span, signal, (signal) => {
        const ask: Ask = (question) => askModel(question, { tenantId, signal, onToken, spending })
        const asking = node.type === 'model' && { ask, model: modelName }
        return node.run({ ...facts, ...item, ...asking, signal })
      })
      finish('completed')
      span.addEvent(events.nodeCompleted)
      attempt.events.publish({ type: 'node.completed', node: name, output })
      return output
    } catch (err) {
      const error = toTaskError(err)
      // Told to stop, it has not failed: what becomes of it is for whoever told it.
      finish(signal.aborted ? 'stopped' : 'failed')
      span.addEvent(signal.aborted ? events.nodeStopped : events.nodeFailed)
      if (!signal.aborted) {
        attempt.events.publish({ type: 'node.failed', node: name, errorCode: error.code })
      }
      throw error
    }
  })
}

export function nodeAttributes({ id, type }: WorkflowNode, index?: number) {
  return {
    [attributes.nodeId]: id,
    [attributes.nodeType]: type,
    ...(index !== undefined && { [attributes.nodeItem]: index }),
  }
}
