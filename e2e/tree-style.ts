// How traces of this system are drawn: our names, and the attributes that matter, without what varies from run to run.
import type { AttributeValue, FormatOptions, TraceSpan } from '@throughline/trace-testing'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const someUuid = (value: AttributeValue) => (uuid.test(String(value)) ? '<uuid>' : String(value))
const someNumber = (value: AttributeValue) => (Number(value) > 0 ? '<n>' : String(value))

export const treeStyle: FormatOptions = {
  label: ({ name, attributes }: TraceSpan) => {
    const detail = detailOf(attributes)
    return detail === undefined ? name : `${name} (${detail})`
  },
  events: true,
  attributes: {
    'http.route': true,
    'http.response.status_code': true,
    'rpc.status_code': true,
    'throughline.task.id': someUuid,
    'throughline.task.type': true,
    'throughline.tenant.id': true,
    'throughline.agent.type': true,
    'throughline.node.type': true,
    'throughline.llm.cost_usd': someNumber,
    'throughline.llm.unpriced_calls': true,
    'gen_ai.request.model': true,
    'gen_ai.usage.input_tokens': someNumber,
    'gen_ai.usage.output_tokens': someNumber,
    'error.type': true,
  },
}

/** What tells spans of one name apart. */
function detailOf(attributes: TraceSpan['attributes']): string | undefined {
  const {
    'throughline.node.id': node,
    'throughline.node.item': item,
    'throughline.task.attempt': attempt,
    'db.query.text': query,
    // Prisma's names are not in any namespace.
    method,
    name,
  } = attributes
  if (node !== undefined) return item === undefined ? String(node) : `${node}[${item}]`
  if (attempt !== undefined) return `attempt ${attempt}`
  if (method !== undefined) return String(name)
  return typeof query === 'string' ? tablesIn(query) : undefined
}

/** The tables a statement reads and writes, without the names it gives to its own parts. */
function tablesIn(query: string): string | undefined {
  const ownNames = new Set(
    [...query.matchAll(/(\w+)(?: \([^)]*\))? AS (?:MATERIALIZED )?\(/g)].map(([, name]) => name),
  )
  const tables = [...query.matchAll(/\b(?:FROM|JOIN|INTO|UPDATE(?! SET)) (?:"public"\.)?"?(\w+)/g)]
    .map(([, table]) => table)
    .filter((table) => !ownNames.has(table))
  return tables.length === 0 ? undefined : [...new Set(tables)].join(', ')
}
