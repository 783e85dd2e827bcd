// What can be wrong with a node by itself.
import type { Workflow, WorkflowNode } from './workflow.ts'

/** For the picture, for events, and for the names of steps in a checkpoint. */
const idPattern = /^[a-z][a-z0-9_-]{0,39}$/

export function findNodeProblems({ version, timeoutMs, nodes }: Workflow): string[] {
  const ids = nodes.map(({ id }) => id)
  const twice = new Set(ids.filter((id, i) => ids.indexOf(id) !== i))
  return [
    ...(isCount(version) ? [] : [`its version is ${version}`]),
    ...(isTime(timeoutMs) ? [] : [`its timeout is ${timeoutMs} ms`]),
    ...[...twice].map((id) => `two nodes are named ${id}`),
    ...nodes.flatMap((node) =>
      [...problemsOf(node)].map((problem) => `node ${node.id}: ${problem}`),
    ),
  ]
}

function* problemsOf(node: WorkflowNode): Generator<string> {
  const { id, after, expects = {}, items, concurrency, timeoutMs, retries } = node
  if (!idPattern.test(id)) yield `its name is not one of lower-case letters, digits, _ and -`
  if (id === 'input') yield 'its name is that of what the workflow starts from'
  if (new Set(after).size < after.length) yield 'it comes twice after the same'
  for (const source of Object.keys(expects)) {
    if (!after.includes(source))
      yield `it expects something of ${source}, but does not come after it`
  }
  if (items !== undefined && !isCount(concurrency)) yield `its concurrency is ${concurrency}`
  if (timeoutMs !== undefined && !isTime(timeoutMs)) yield `its timeout is ${timeoutMs} ms`
  if (retries === undefined) return
  if (!isCount(retries.times)) yield `it is retried ${retries.times} times`
  if (!isTime(retries.firstDelayMs)) yield `it is retried after ${retries.firstDelayMs} ms`
}

function isCount(value: number | undefined): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 1
}

/** A timer cannot run longer. */
function isTime(valueMs: number): boolean {
  return Number.isFinite(valueMs) && valueMs > 0 && valueMs < 2 ** 31
}
