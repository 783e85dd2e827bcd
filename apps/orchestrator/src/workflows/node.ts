// What a node of a workflow says of itself, and what it is told when it runs.
import type { z } from 'zod'
import type { Question } from '../models/model-client.ts'

/**
 * model: asks a model. tool: does something. policy: plain rules.
 * join: brings branches together, and is the only one that runs although something before it was skipped.
 */
export type NodeType = 'model' | 'tool' | 'policy' | 'join'

/** What is known of the nodes so far: what each finds out, and whether it may be skipped. */
export type Graph = Readonly<Record<string, Produced>>
export interface Produced<Output = unknown, Skippable = boolean> {
  readonly output: Output
  readonly skippable: Skippable
}

/** What a node can come after: the workflow's input, or a node before it. */
export type Source<Nodes extends Graph> = 'input' | (keyof Nodes & string)

/** The outputs of the nodes that one comes after; those that a join finds skipped are undefined. */
export type OutputsFor<Type extends NodeType, Nodes extends Graph, After extends string> = {
  readonly [Id in Exclude<After, 'input'>]:
    | Nodes[Id]['output']
    | (Type extends 'join' ? (true extends Nodes[Id]['skippable'] ? undefined : never) : never)
}

export interface Facts<Input, Outputs> {
  /** What the task was started with. */
  readonly input: Input
  readonly outputs: Outputs
}

/** Asks the model on behalf of the node that runs; tokens and cost are accounted to its task. */
export type Ask = <Answer>(question: Question<Answer>) => Promise<Answer>

interface Execution {
  /** Aborted when the work is in vain: out of time, cancelled, or a branch beside it failed. */
  readonly signal: AbortSignal
}

interface ModelExecution extends Execution {
  readonly ask: Ask
  /** The name of the model that is asked. */
  readonly model: string
}

/** What `run` gets. */
export type NodeContext<Type extends NodeType, Input, Outputs> = Facts<Input, Outputs> &
  (Type extends 'model' ? ModelExecution : Execution)

export interface Condition<Facts> {
  /** Stands on the arrow in the picture. */
  readonly label: string
  /** A plain function of its facts: a later attempt asks it again. */
  readonly holds: (facts: Facts) => boolean
}

/** Waits a random time below `firstDelayMs`, then below twice that, and so on, up to `maxDelayMs`. */
export interface Retries {
  readonly times: number
  readonly firstDelayMs: number
  readonly maxDelayMs?: number
}

interface NodeSettings<After extends string, Output, When> {
  readonly after: readonly After[]
  /** What it wants of those it comes after; held against what they promise when the process starts. */
  readonly expects?: { readonly [Id in After]?: z.ZodType }
  /** Must survive JSON: it is kept in the checkpoint. */
  readonly output: z.ZodType<Output>
  /** Skipped when this does not hold. */
  readonly when?: When
  /** For errors that another try may get around. */
  readonly retries?: Retries
  /** For one try. */
  readonly timeoutMs?: number
}

export interface NodeDefinition<
  Type extends NodeType,
  Input,
  Outputs,
  After extends string,
  Output,
  When,
> extends NodeSettings<After, Output, When> {
  readonly run: (context: NodeContext<Type, Input, Outputs>) => Output | Promise<Output>
}

/** A node that runs once for each item; its output is the list of theirs. */
export interface EachDefinition<
  Type extends NodeType,
  Input,
  Outputs,
  After extends string,
  Output,
  When,
  Item,
> extends NodeSettings<After, Output, When> {
  readonly type: Type
  /** A plain function of its facts: a later attempt asks it again, and runs the items that are left. */
  readonly items: (facts: Facts<Input, Outputs>) => readonly Item[]
  /** How many items are worked on side by side. */
  readonly concurrency: number
  readonly run: (
    context: NodeContext<Type, Input, Outputs> & { readonly item: Item; readonly index: number },
  ) => Output | Promise<Output>
}
