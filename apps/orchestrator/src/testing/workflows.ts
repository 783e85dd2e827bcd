// Workflows for tests of the worker: small, and of every kind of node that it has to do with.
import { setTimeout as sleep } from 'node:timers/promises'
import type { TaskType } from '@throughline/contracts'
import { z } from 'zod'
import { defineWorkflow } from '../workflows/define-workflow.ts'
import type { Workflow } from '../workflows/workflow.ts'

const anything = z.record(z.string(), z.unknown())

/** Two questions to the model, then plain rules. */
export const twoQuestions = defineWorkflow({
  name: 'two questions',
  version: 1,
  timeoutMs: 60_000,
  input: anything,
  result: z.object({ leverage: z.string(), price: z.string() }),
})
  .model('analyse', {
    after: ['input'],
    output: z.object({ leverage: z.string() }),
    run: ({ ask }) => ask({ name: 'analyse', prompt: 'analyse', answer: analysis }),
  })
  .model('propose', {
    after: ['analyse'],
    output: z.object({ price: z.string() }),
    run: ({ ask }) => ask({ name: 'propose', prompt: 'propose', answer: proposal }),
  })
  .policy('sum_up', {
    after: ['analyse', 'propose'],
    output: z.object({ leverage: z.string(), price: z.string() }),
    run: ({ outputs: { analyse, propose } }) => ({ ...analyse, ...propose }),
  })
  .result('sum_up')

const analysis = z.object({ leverage: z.string() })
const proposal = z.object({ price: z.string() })

/** Ends when it is told to. */
export const endless = defineWorkflow({
  name: 'endless',
  version: 1,
  timeoutMs: 60_000,
  input: anything,
  result: anything,
})
  .tool('wait', {
    after: ['input'],
    output: anything,
    run: async ({ signal }) => {
      await sleep(60_000, undefined, { signal })
      return {}
    },
  })
  .result('wait')

/** Time is over before it begins, whatever is left to do. */
export const hasty = { ...endless, name: 'hasty', timeoutMs: 1 }

export function nothingButFirst(first: () => unknown): Workflow {
  const workflow = defineWorkflow({
    name: 'nothing',
    version: 1,
    timeoutMs: 60_000,
    input: anything,
    result: anything,
  })
    .policy('rest', {
      after: ['input'],
      output: anything,
      run: () => {
        first()
        return { nodes: 1 }
      },
    })
    .result('rest')
  return workflow as Workflow
}

export const testWorkflows: Readonly<Record<TaskType, Workflow>> = {
  negotiation: twoQuestions as Workflow,
  price_review: endless as Workflow,
  listing_summary: hasty as Workflow,
  noop: nothingButFirst(() => {}),
}
