// Whether what goes along the edges is what is wanted at their ends. Compared as JSON Schema, which is also how outputs
// are kept.
import { z } from 'zod'
import { findMisfit, type JsonSchema } from './find-misfit.ts'
import type { Workflow, WorkflowNode } from './workflow.ts'

export function findTypeProblems(workflow: Workflow): string[] {
  const { input, result, nodes, resultNode } = workflow
  const problems: string[] = []
  const attempt = <Value>(place: string, make: () => Value): Value | undefined => {
    try {
      return make()
    } catch (err) {
      problems.push(`${place} cannot be kept as JSON: ${(err as Error).message}`)
      return undefined
    }
  }
  const produced = new Map([
    ['input', attempt('the input', () => toJsonSchema(input, 'output'))],
    ...nodes.map((node) => {
      return [node.id, attempt(`the output of ${node.id}`, () => outputOf(node))] as const
    }),
  ])

  function compare(source: string, target: string, wanted: z.ZodType): void {
    const [from, to] = [produced.get(source), attempt(target, () => toJsonSchema(wanted, 'input'))]
    if (from === undefined || to === undefined) return
    const misfit = findMisfit(from, to)
    if (misfit !== undefined) problems.push(`type mismatch: ${source} → ${target}: ${misfit}`)
  }

  for (const { id, expects = {} } of nodes) {
    for (const [source, wanted] of Object.entries(expects)) {
      if (wanted !== undefined) compare(source, id, wanted)
    }
  }
  compare(resultNode, 'result', result)
  return problems
}

function outputOf({ output, items }: WorkflowNode): JsonSchema {
  const schema = toJsonSchema(output, 'output')
  return items === undefined ? schema : { type: 'array', items: schema }
}

function toJsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  return z.toJSONSchema(schema, { io }) as JsonSchema
}
