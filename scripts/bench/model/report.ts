// The results as text: for the terminal, and for docs/cost.md.
import { aimsTable } from '../judge-aims.ts'
import { type Results, showValues, valuesOf } from '../results.ts'
import { markdownTable } from '../telemetry/report/markdown-table.ts'
import { judge } from './aims.ts'
import { clientCounts } from './parts/answers-part.ts'

type Row = readonly [title: string, key: string, digits: number]
type Column = readonly [variant: string, title: string]

const subjects: readonly Column[] = [
  ['engine', 'engine alone'],
  ['engine in rounds', 'engine alone, in rounds'],
  ['server off', 'server, telemetry off'],
  ['server ours', 'server, telemetry on'],
  ['llama-cpp-python', 'llama-cpp-python'],
]

const answerRows: readonly Row[] = [
  ...perClients('Tokens a second', 'tokensPerSecond', 0),
  ...perClients('First token, p50, ms', 'firstTokenMs', 1),
  ...perClients('First token, p99, ms', 'firstTokenP99Ms', 1),
  ...perClients('Waiting for a slot, p50, ms', 'waitedMs', 1),
  ...perClients('CPU a token, µs', 'cpuMicros', 0),
  ['Memory, PSS, MiB', 'pssMebibytes', 0],
  ['Memory, RSS, MiB', 'rssMebibytes', 0],
  ['Answers that are not those of the engine alone', 'differing', 0],
]

const negotiations: readonly Column[] = [
  ['negotiation off', 'telemetry off'],
  ['negotiation ours', 'telemetry on'],
]

const negotiationRows: readonly Row[] = [
  ['Four nodes, p50, ms', 'p50 short', 0],
  ['Four nodes, p99, ms', 'p99 short', 0],
  ['Four nodes, calls of the model', 'modelCalls short', 1],
  ['All rounds, p50, ms', 'p50 whole', 0],
  ['All rounds, p99, ms', 'p99 whole', 0],
  ['All rounds, calls of the model', 'modelCalls whole', 1],
]

export function report(results: Results): string {
  const tables = [
    tableOf(results, '', subjects, answerRows),
    tableOf(results, 'Negotiation', negotiations, negotiationRows),
    aimsTable(judge(results)),
  ]
  return tables.filter((table) => table !== undefined).join('\n\n')
}

function perClients(title: string, key: string, digits: number): Row[] {
  return clientCounts.map((clients) => [
    `${title}, ${clients} ${clients === 1 ? 'client' : 'clients'}`,
    ...([`${key} ${clients}`, digits] as const),
  ])
}

/** Of those that were measured; undefined when nobody was. */
function tableOf(
  results: Results,
  head: string,
  columns: readonly Column[],
  rows: readonly Row[],
): string | undefined {
  const measured = columns.filter(([variant]) => results.has(variant))
  if (measured.length === 0) return undefined
  return markdownTable(
    [head, ...measured.map(([, title]) => title)],
    rows.map(([title, key, digits]) => [
      title,
      ...measured.map(([variant]) => cell(valuesOf(results, [variant, key]), digits)),
    ]),
  )
}

/** What a server does not tell is left open. */
function cell(values: readonly number[], digits: number): string {
  return values.some(Number.isNaN) ? '' : showValues(values, digits)
}
