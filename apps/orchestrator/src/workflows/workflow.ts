// A workflow as the engine sees it: the types of its nodes' outputs are forgotten, the rules about them have been checked.
import type { z } from 'zod'
import type { Ask, Condition, Facts, NodeType, Retries } from './node.ts'

export type AnyFacts = Facts<unknown, Readonly<Record<string, unknown>>>

export interface RunContext extends AnyFacts {
  readonly signal: AbortSignal
  readonly ask?: Ask
  readonly model?: string
  readonly item?: unknown
  readonly index?: number
}

export interface WorkflowNode {
  readonly id: string
  readonly type: NodeType
  readonly after: readonly string[]
  readonly expects?: Readonly<Record<string, z.ZodType | undefined>>
  /** With `items`, of one of them. */
  readonly output: z.ZodType
  readonly when?: Condition<AnyFacts>
  readonly items?: (facts: AnyFacts) => readonly unknown[]
  readonly concurrency?: number
  readonly retries?: Retries
  readonly timeoutMs?: number
  readonly run: (context: RunContext) => unknown
}

/** Outputs by step: the id of a node, or `id[index]` for one item of a node that runs once for each. */
export type StepOutputs = Readonly<Record<string, unknown>>

/** What an older version has finished, for this one to go on from; undefined when it had better start again. */
export type Migrate = (older: {
  readonly version: number
  readonly outputs: StepOutputs
}) => StepOutputs | undefined

export interface Workflow<Input = unknown, Result = unknown> {
  readonly name: string
  /** Raise it when nodes, or what they find out, change. */
  readonly version: number
  /** For the whole task, over all its attempts. */
  readonly timeoutMs: number
  readonly input: z.ZodType<Input>
  readonly result: z.ZodType<Result>
  /** Each after all that it depends on. */
  readonly nodes: readonly WorkflowNode[]
  /** Whose output is the result. */
  readonly resultNode: string
  readonly migrate?: Migrate
}
