// A workflow: named nodes that run one after another, each seeing what those before it found out.
import type { z } from 'zod'
import type { Question } from '../models/model-client.ts'

export type NodeType = 'model' | 'policy'

/** Asks the model on behalf of the node that runs; tokens and usage are accounted to it. */
export type Ask = <Answer>(question: Question<Answer>) => Promise<Answer>

export interface NodeInput<Facts, Outputs> {
  readonly facts: Facts
  readonly outputs: Outputs
  readonly ask: Ask
}

export interface NodeDefinition<Facts, Outputs, Id extends string, Output> {
  readonly id: Id
  readonly type: NodeType
  /** Holds what a checkpoint gives back to the same form. */
  readonly output: z.ZodType<Output>
  run(input: NodeInput<Facts, Outputs>): Output | Promise<Output>
}

export interface Workflow<Facts, Outputs> {
  readonly name: string
  /** Raise it when nodes change: checkpoints of other versions are not restored. */
  readonly version: number
  readonly nodes: readonly NodeDefinition<Facts, Outputs, string, unknown>[]
  node<Id extends string, Output>(
    definition: NodeDefinition<Facts, Outputs, Id, Output>,
  ): Workflow<Facts, Outputs & Readonly<Record<Id, Output>>>
}

/** What all nodes of a workflow found out together. */
export type OutputsOf<W> = W extends Workflow<infer _, infer Outputs> ? Outputs : never

/** `node` adds one to the end; its `run` can read the outputs of exactly the nodes before it. */
export function defineWorkflow<Facts>(name: string, version: number): Workflow<Facts, unknown> {
  return extend<Facts, unknown>(name, version, [])
}

function extend<Facts, Outputs>(
  name: string,
  version: number,
  nodes: Workflow<Facts, Outputs>['nodes'],
): Workflow<Facts, Outputs> {
  return {
    name,
    version,
    nodes,
    node(definition) {
      if (nodes.some(({ id }) => id === definition.id)) {
        throw new Error(`workflow ${name} has two nodes named ${definition.id}`)
      }
      return extend(name, version, [...nodes, definition])
    },
  }
}
