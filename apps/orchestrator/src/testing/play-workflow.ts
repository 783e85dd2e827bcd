// A workflow from input to result without a worker: real graph, real nodes, a model made of a function. What is saved
// stays in memory.
import { trace } from '@opentelemetry/api'
import { StartTaskResponse } from '@throughline/contracts'
import { pino } from 'pino'
import { openSpending } from '../cost/spending.ts'
import type { Question } from '../models/model-client.ts'
import type { Attempt } from '../tasks/attempt.ts'
import { createExecution } from '../tasks/execute-node.ts'
import { inForm } from '../workflows/in-form.ts'
import { runGraph } from '../workflows/run-graph.ts'
import type { StepOutputs, Workflow } from '../workflows/workflow.ts'

export interface Played<Result> {
  readonly result: Result
  /** Steps that ran, in order, with what they found out. */
  readonly steps: ReadonlyMap<string, unknown>
}

export async function playWorkflow<Input, Result>(
  workflow: Workflow<Input, Result>,
  input: Input,
  answer: (question: Question<unknown>) => unknown,
  restored: StepOutputs = {},
): Promise<Played<Result>> {
  const steps = new Map<string, unknown>()
  const save = async (step: string, output: unknown) => {
    // As a checkpoint would give it back.
    steps.set(step, JSON.parse(JSON.stringify(output)))
  }
  const execute = createExecution({ restored, save }, unseenAttempt(), {
    modelName: 'tiny',
    askModel: async (question) => question.answer.parse(await answer(question)),
  })
  const { nodes, resultNode, input: inputSchema } = workflow
  const facts = inForm(inputSchema, input, 'input')
  const outcomes = await runGraph(nodes, facts, new AbortController().signal, execute)
  const last = outcomes[nodes.findIndex(({ id }) => id === resultNode)]
  const output = last?.state === 'finished' ? last.output : undefined
  return { result: inForm(workflow.result, output, 'result'), steps }
}

function unseenAttempt(): Attempt {
  const nobodyListens = { publish() {}, flush: async () => {} }
  return {
    ...{ taskId: 'task', attempt: 1, taskType: 'noop', startedAt: 0 },
    started: StartTaskResponse.fromPartial({}),
    span: trace.getTracer('nobody').startSpan('run task'),
    events: nobodyListens as Attempt['events'],
    spending: openSpending({ tenantId: 'demo', prices: new Map(), budgetNanoUsd: undefined }),
    signal: new AbortController().signal,
    logger: pino({ level: 'silent' }),
  }
}
