// docs/workflows.md: every workflow as a picture and a table.
import { join } from 'node:path'
import type { Workflow, WorkflowNode } from '../workflows/workflow.ts'
import { drawWorkflow } from './draw-workflow.ts'

export const workflowsPagePath = join(import.meta.dirname, '../../../../docs/workflows.md')

export function makeWorkflowsPage(workflows: readonly Workflow[]): string {
  return `${[introduction, ...workflows.map(describe)].join('\n\n')}\n`
}

const introduction = `<!-- Generated from apps/orchestrator/src/workflows: pnpm --filter @throughline/orchestrator draw -->

# Workflows

What the orchestrator runs for each type of task. Blue nodes ask a model, green ones do something, yellow ones are
plain rules, and violet ones bring branches together. A node runs as soon as all that it comes after have ended.
A dashed arrow carries a condition: when it does not hold, the node is skipped, and with it whatever comes after, up to
a join. After each node its output is saved; an attempt after a crash goes on from there.`

function describe(workflow: Workflow): string {
  const { name, version, timeoutMs, nodes } = workflow
  const rows = nodes.map((node) => {
    return `| \`${node.id}\` | ${node.type} | ${node.after.join(', ')} | ${remarks(node)} |`
  })
  return `## ${name}

Version ${version}. All attempts together may take ${duration(timeoutMs)}.

\`\`\`mermaid
${drawWorkflow(workflow)}
\`\`\`

| Node | Type | After | |
| --- | --- | --- | --- |
${rows.join('\n')}`
}

function remarks({ when, items, concurrency, retries, timeoutMs }: WorkflowNode): string {
  const all = [
    when && `if: ${when.label}`,
    items && `for each item, ${concurrency} at a time`,
    retries && `tried again up to ${times(retries.times)}`,
    timeoutMs && `at most ${duration(timeoutMs)} a try`,
  ]
  return all.filter((one) => typeof one === 'string').join('; ')
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`
}

function duration(valueMs: number): string {
  return valueMs % 60_000 === 0 ? `${valueMs / 60_000} min` : `${valueMs / 1_000} s`
}
