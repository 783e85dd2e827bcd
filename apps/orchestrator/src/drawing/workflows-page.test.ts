import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { allWorkflows } from '../workflows/all-workflows.ts'
import { defineWorkflow } from '../workflows/define-workflow.ts'
import { drawWorkflow } from './draw-workflow.ts'
import { makeWorkflowsPage, workflowsPagePath } from './workflows-page.ts'

test('regenerating docs/workflows.md changes nothing', () => {
  const page = makeWorkflowsPage(Object.values(allWorkflows))
  expect(readFileSync(workflowsPagePath, 'utf8')).toBe(page)
})

test('draws nodes by type, edges in their direction, and conditions on dashed ones', () => {
  const output = z.int()
  const workflow = defineWorkflow({
    name: 'all',
    version: 1,
    timeoutMs: 90_000,
    input: z.object({ list: z.array(z.int()) }),
    result: output,
  })
    .tool('count', { after: ['input'], output, run: ({ input }) => input.list.length })
    .each('double', {
      type: 'policy',
      after: ['input', 'count'],
      when: { label: 'more than one', holds: ({ outputs }) => outputs.count > 1 },
      items: ({ input }) => input.list,
      concurrency: 3,
      output,
      run: ({ item }) => 2 * item,
    })
    .join('sum', { after: ['double'], output, run: ({ outputs }) => outputs.double?.length ?? 0 })
    .result('sum')
  expect(
    drawWorkflow(workflow)
      .split('\n')
      .map((line) => line.trim()),
  ).toEqual([
    'flowchart TD',
    'input([input])',
    'n_count:::tool@{ shape: rect, label: "count" }',
    'n_double:::policy@{ shape: procs, label: "double<br>each item, 3 at a time" }',
    'n_sum:::join@{ shape: circle, label: "sum" }',
    'result([result])',
    'input --> n_count',
    'input -.-> n_double',
    'n_count -. "more than one" .-> n_double',
    'n_double --> n_sum',
    'n_sum --> result',
    expect.stringMatching(/^classDef join /),
    expect.stringMatching(/^classDef policy /),
    expect.stringMatching(/^classDef tool /),
  ])
})
