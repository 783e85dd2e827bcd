// The results as text: for the terminal, and for docs/cost.md.
import { aimsTable } from '../judge-aims.ts'
import { type Place, type Results, showValues, valuesOf } from '../results.ts'
import { markdownTable } from '../telemetry/report/markdown-table.ts'
import { judge } from './aims.ts'

type Row = readonly [title: string, place: Place, digits: number]

const rows: readonly Row[] = [
  ...[1, 4].flatMap((nodes): Row[] => [
    [`Path, nodes: ${nodes}, minimum, tasks a second`, [`path minimum ${nodes}`, 'perSecond'], 0],
    [`Path, nodes: ${nodes}, telemetry off`, [`path off ${nodes}`, 'perSecond'], 0],
    [`Path, nodes: ${nodes}, telemetry on`, [`path ours ${nodes}`, 'perSecond'], 0],
  ]),
  ['Worker alone, telemetry off, tasks a second', ['worker off', 'perSecond'], 0],
  ['Worker alone, telemetry on', ['worker ours', 'perSecond'], 0],
  ['Worker alone, telemetry off, CPU a task, µs', ['worker off', 'cpuMicros'], 0],
  ['Worker alone, telemetry on, CPU a task, µs', ['worker ours', 'cpuMicros'], 0],
  ['Worker, RSS after 20,000 tasks, MiB', ['memory ours', 'early'], 0],
  ['Worker, RSS after 100,000 tasks, MiB', ['memory ours', 'late'], 0],
  ['Commit to first attempt, telemetry off, p50, ms', ['pickup off', 'p50'], 1],
  ['Commit to first attempt, telemetry off, p99, ms', ['pickup off', 'p99'], 1],
  ['Commit to first attempt, telemetry on, p50, ms', ['pickup ours', 'p50'], 1],
  ['Commit to first attempt, telemetry on, p99, ms', ['pickup ours', 'p99'], 1],
  ['Checkpoint of 10 KB, p50, ms', ['checkpoint ours', 'p50'], 2],
  ['Checkpoint of 10 KB, p99, ms', ['checkpoint ours', 'p99'], 2],
  ['Time a task with 1,000 waiting, µs', ['backlog few', 'microsEach'], 0],
  ['Time a task with 100,000 waiting, µs', ['backlog many', 'microsEach'], 0],
  ["A busy tenant's task runs for, p50, ms", ['fairness ours', 'ranMs'], 1],
  ["A quiet tenant's task waits for, p50, ms", ['fairness ours', 'waitedMs'], 1],
  ["A quiet tenant's task waits for, at most, ms", ['fairness ours', 'waitedMostMs'], 1],
]

export function report(results: Results): string {
  const measured = rows.flatMap(([title, place, digits]) => {
    const values = valuesOf(results, place)
    return values.length === 0 ? [] : [[title, showValues(values, digits)]]
  })
  const table = markdownTable(['', 'Median (half of the rounds between)'], measured)
  return [table, aimsTable(judge(results))].join('\n\n')
}
