// A workflow as a picture, in Mermaid's language: what comes after what, and under which condition.
import type { NodeType } from '../workflows/node.ts'
import type { Workflow, WorkflowNode } from '../workflows/workflow.ts'

const colours: Readonly<Record<NodeType, string>> = {
  model: 'fill:#dbeafe,stroke:#1d4ed8,color:#172554',
  tool: 'fill:#dcfce7,stroke:#15803d,color:#052e16',
  policy: 'fill:#fef3c7,stroke:#b45309,color:#451a03',
  join: 'fill:#f3e8ff,stroke:#7e22ce,color:#3b0764',
}

const shapes: Readonly<Record<NodeType, string>> = {
  model: 'rounded',
  tool: 'rect',
  policy: 'hex',
  join: 'circle',
}

export function drawWorkflow({ nodes, resultNode }: Workflow): string {
  const types = [...new Set(nodes.map(({ type }) => type))].sort()
  const lines = [
    'flowchart TD',
    '  input([input])',
    ...nodes.map((node) => `  ${drawNode(node)}`),
    '  result([result])',
    ...nodes.flatMap((node) => drawEdges(node).map((edge) => `  ${edge}`)),
    `  ${nameOf(resultNode)} --> result`,
    ...types.map((type) => `  classDef ${type} ${colours[type]}`),
  ]
  return lines.join('\n')
}

function drawNode({ id, type, items, concurrency }: WorkflowNode): string {
  const shape = items === undefined ? shapes[type] : 'procs'
  const label = items === undefined ? id : `${id}<br>each item, ${concurrency} at a time`
  return `${nameOf(id)}:::${type}@{ shape: ${shape}, label: "${label}" }`
}

/** Dashed into what may not be needed; the condition stands on the last of them. */
function drawEdges({ id, after, when }: WorkflowNode): string[] {
  return after.map((source, i) => {
    const isLast = i === after.length - 1
    const arrow = when === undefined ? '-->' : isLast ? `-. "${when.label}" .->` : '-.->'
    return `${nameOf(source)} ${arrow} ${nameOf(id)}`
  })
}

/** Apart from Mermaid's own words, and from the two ends of the picture. */
function nameOf(id: string): string {
  return id === 'input' ? id : `n_${id}`
}
