// A workflow that does nothing, in one to four nodes: what the machinery itself costs.
import { taskTypes } from '@throughline/contracts'
import { z } from 'zod'
import { defineWorkflow } from '../workflows/define-workflow.ts'

const nothing = z.null()

export const noop = defineWorkflow({
  name: 'noop',
  version: 1,
  timeoutMs: 600_000,
  input: taskTypes.noop.input,
  result: taskTypes.noop.result,
})
  .tool('fourth-last', {
    after: ['input'],
    when: { label: '4 nodes', holds: ({ input }) => input.nodes > 3 },
    output: nothing,
    run: () => null,
  })
  .join('third-last', {
    after: ['fourth-last'],
    when: { label: '3 nodes', holds: ({ input }) => input.nodes > 2 },
    output: nothing,
    run: () => null,
  })
  .join('second-last', {
    after: ['third-last'],
    when: { label: '2 nodes', holds: ({ input }) => input.nodes > 1 },
    output: nothing,
    run: () => null,
  })
  .join('last', {
    after: ['second-last'],
    output: taskTypes.noop.result,
    run: ({ input }) => ({ nodes: input.nodes }),
  })
  .result('last')
