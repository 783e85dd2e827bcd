// The short run: `npm run chaos` is the long one, with any seed.
import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '@throughline/scripts/system/services.ts'
import { beforeAll, expect, test } from 'vitest'
import { describeReport } from './describe-report.ts'
import { canTurnClocks, unpackedClock } from './fake-clock.ts'
import { faultKinds } from './plan.ts'
import { type ChaosReport, runChaos } from './run-chaos.ts'

const options = {
  seed: 20_261_121,
  kills: 60,
  workers: 3,
  tasks: 600,
  leaseMs: 1_000,
  gapMs: 150,
}
const timeoutMs = 600_000
const missingClock =
  'libfaketime is neither installed nor to be had from Debian: install it (apt-get install libfaketime)'

let report: ChaosReport
let story: string

beforeAll(async () => {
  const clock = await unpackedClock(join(root, '.data/cache/faketime'))
  if (canTurnClocks) expect(clock, missingClock).toBeDefined()
  report = await runChaos({ ...options, clock, env: process.env, onProgress: () => undefined })
  if (report.problems.length > 0) await keepEvents(report)
  const { seed, kills, workers, tasks, leaseMs, gapMs } = options
  const again =
    `npm run chaos -- --seed ${seed} --kills ${kills} --workers ${workers} --tasks ${tasks} ` +
    `--lease-ms ${leaseMs} --gap-ms ${gapMs}`
  story = `${describeReport(report)}\n\n${report.events.join('\n')}\n\n${again}`
}, timeoutMs)

test('every promise is kept through sixty kills', () => {
  expect(report.problems, story).toEqual([])
  expect(report.kills, story).toBe(options.kills)
})

const possibleKinds = faultKinds.filter((kind) => canTurnClocks || kind !== 'clock jump')

test.each(possibleKinds)('there was chaos: a "%s" had an effect', (kind) => {
  expect(report.faults[kind]?.effective, story).toBeGreaterThan(0)
})

test('there was chaos: tasks were lost and requeued, and what is checked was there', () => {
  expect(report.hitsLost, story).toBeGreaterThan(0)
  expect(report.sureLosses, story).toBeGreaterThan(0)
  expect(report.countedCrashes, story).toBeGreaterThan(0)
  expect(report.states.completed, story).toBeGreaterThan(options.tasks * 0.8)
  expect(report.costsCompared, story).toBeGreaterThan(0)
  expect(report.wholeTraces, story).toBeGreaterThan(options.tasks * 0.5)
})

async function keepEvents({ dataDir, events }: ChaosReport): Promise<void> {
  if (dataDir !== undefined) await appendFile(join(dataDir, 'events.log'), events.join('\n'))
}
