import type { Effects } from './effects.ts'
import type { ChaosReport } from './run-chaos.ts'

/** A table for people, and what was broken, if anything was. */
export function describeReport(report: ChaosReport): string {
  const list = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .map(([name, count]) => `${count} ${name}`)
      .join(', ')
  const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`
  const sum = (counts: Readonly<Record<string, number>>) =>
    Object.values(counts).reduce((all, count) => all + count, 0)
  const rows = {
    kills: `${report.kills}`,
    ...Object.fromEntries(
      Object.entries(report.faults).map(([kind, counts]) => [kind, told(counts)]),
    ),
    tasks: `${sum(report.states)}: ${list(report.states)}`,
    'submissions without an answer': `${report.unanswered}`,
    attempts: `${report.attempts}`,
    'hit by the kill of a worker': `${report.hits}, of which lost: ${report.hitsLost}`,
    'lost without a fault': `${report.lostByItself}`,
    requeues: `${report.requeues}, counted: ${report.counted}, not told at most: ${report.untold}`,
    'counted after a loss, at least': `${report.sureLosses}`,
    'counted as a crash': `${report.countedCrashes}, of which sure: ${report.sureCrashes}`,
    'counted as a lease that expired': `${report.countedExpiries}`,
    spans: `${report.spans}`,
    traces: `${report.wholeTraces} whole; ${report.orphans} spans lost their parent to a kill`,
    'costs held against the calls': `${report.costsCompared} tasks; forgiven: ${report.costsForgiven}`,
    took: `${seconds(report.chaosMs)}, and ${seconds(report.quietMs)} until all was quiet`,
  }
  const width = Math.max(...Object.keys(rows).map((name) => name.length))
  const table = Object.entries(rows).map(([name, text]) => `  ${name.padEnd(width)}  ${text}`)
  const { problems, dataDir } = report
  const verdict =
    problems.length === 0
      ? ['Every promise was kept.']
      : [`${problems.length} broken promises:`, ...problems, `The logs are in ${dataDir}`]
  return ['', ...table, '', ...verdict].join('\n')
}

function told({ injected, effective }: Effects): string {
  if (injected === 0) return 'none'
  return injected === effective
    ? `${injected}`
    : `${injected}, of which had an effect: ${effective}`
}
