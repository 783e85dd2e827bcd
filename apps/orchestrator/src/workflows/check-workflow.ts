// Refuses what is not a graph from the input to the result, with every problem and its place named at once.
import { findGraphProblems } from './graph-problems.ts'
import { inOrder } from './in-order.ts'
import { findNodeProblems } from './node-problems.ts'
import { findTypeProblems } from './type-problems.ts'
import type { Workflow } from './workflow.ts'

/** Returns it with its nodes in an order in which each comes after all that it depends on. */
export function checkWorkflow<Input, Result>(
  workflow: Workflow<Input, Result>,
): Workflow<Input, Result> {
  const { name, nodes, resultNode } = workflow
  const structure = [...findNodeProblems(workflow), ...findGraphProblems(nodes, resultNode)]
  // Types are compared along edges: those have to be there first.
  const problems = structure.length > 0 ? structure : findTypeProblems(workflow)
  if (problems.length > 0) throw new Error(`workflow ${name}: ${problems.join('; ')}`)
  return Object.freeze({ ...workflow, nodes: inOrder(nodes) })
}
