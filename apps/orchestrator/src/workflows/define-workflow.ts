// Defines a workflow, node by node, in the order in which one would draw it. Reading the output of a node that is not
// among those it comes `after` does not compile; what types cannot see is checked when the process starts.
import type { z } from 'zod'
import { checkWorkflow } from './check-workflow.ts'
import type {
  Condition,
  EachDefinition,
  Facts,
  Graph,
  NodeDefinition,
  NodeType,
  OutputsFor,
  Produced,
  Source,
} from './node.ts'
import type { Migrate, Workflow, WorkflowNode } from './workflow.ts'

export interface WorkflowSettings<Input, Result> {
  readonly name: string
  /** Raise it when nodes, or what they find out, change. */
  readonly version: number
  /** For the whole task, over all its attempts. */
  readonly timeoutMs: number
  readonly input: z.ZodType<Input>
  readonly result: z.ZodType<Result>
  readonly migrate?: Migrate
}

export interface WorkflowBuilder<Input, Result, Nodes extends Graph> {
  readonly model: AddNode<'model', Input, Result, Nodes>
  readonly tool: AddNode<'tool', Input, Result, Nodes>
  readonly policy: AddNode<'policy', Input, Result, Nodes>
  readonly join: AddNode<'join', Input, Result, Nodes>
  readonly each: AddEach<Input, Result, Nodes>
  /** The node whose output is the result: the last line of a definition. Throws when the graph is not one. */
  result<Id extends ResultSource<Result, Nodes>>(id: Id): Workflow<Input, Result>
}

/** Never skipped, and of the form that the workflow promises. */
type ResultSource<Result, Nodes extends Graph> = {
  [Id in keyof Nodes & string]: Nodes[Id] extends Produced<Result, false> ? Id : never
}[keyof Nodes & string]

type AddNode<Type extends NodeType, Input, Result, Nodes extends Graph> = <
  Id extends string,
  After extends Source<Nodes>,
  Output,
  When extends Condition<Facts<Input, OutputsFor<Type, Nodes, After>>> | undefined,
>(
  id: Id,
  definition: NodeDefinition<Type, Input, OutputsFor<Type, Nodes, After>, After, Output, When>,
) => With<Input, Result, Nodes, Id, Output, Skippable<Type, Nodes, After, When>>

type AddEach<Input, Result, Nodes extends Graph> = <
  Id extends string,
  Type extends Exclude<NodeType, 'join'>,
  After extends Source<Nodes>,
  Output,
  Item,
  When extends Condition<Facts<Input, OutputsFor<Type, Nodes, After>>> | undefined,
>(
  id: Id,
  definition: EachDefinition<
    Type,
    Input,
    OutputsFor<Type, Nodes, After>,
    After,
    Output,
    When,
    Item
  >,
) => With<Input, Result, Nodes, Id, readonly Output[], Skippable<Type, Nodes, After, When>>

type With<
  Input,
  Result,
  Nodes extends Graph,
  Id extends string,
  Output,
  Skippable,
> = WorkflowBuilder<Input, Result, Nodes & Readonly<Record<Id, Produced<Output, Skippable>>>>

/** Skipped with what it depends on, unless it is a join; and when it has a condition of its own. */
type Skippable<
  Type extends NodeType,
  Nodes extends Graph,
  After extends string,
  When,
> = undefined extends When
  ? Type extends 'join'
    ? false
    : true extends Nodes[Exclude<After, 'input'>]['skippable']
      ? true
      : false
  : true

export function defineWorkflow<Input, Result>(
  settings: WorkflowSettings<Input, Result>,
): WorkflowBuilder<Input, Result, Readonly<Record<never, Produced>>> {
  return extend(settings, []) as never
}

function extend(settings: WorkflowSettings<unknown, unknown>, nodes: readonly WorkflowNode[]) {
  const add = (type: NodeType) => (id: string, definition: Omit<WorkflowNode, 'id' | 'type'>) =>
    extend(settings, [...nodes, { type, ...definition, id }])
  return {
    model: add('model'),
    tool: add('tool'),
    policy: add('policy'),
    join: add('join'),
    // Its definition names the type.
    each: add('tool'),
    result: (resultNode: string): Workflow => checkWorkflow({ ...settings, nodes, resultNode }),
  }
}
