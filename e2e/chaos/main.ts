// `npm run chaos`: as many kills as are asked for, everything checked, and a table at the end.
import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import process, { env, exit, stdout } from 'node:process'
import { parseArgs } from 'node:util'
import { stopSignals } from '@throughline/scripts/stop-signals.ts'
import { root } from '@throughline/scripts/system/services.ts'
import { describeReport } from './describe-report.ts'
import { unpackedClock } from './fake-clock.ts'
import { runChaos } from './run-chaos.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    kills: { type: 'string', default: '1000' },
    workers: { type: 'string', default: '3' },
    tasks: { type: 'string' },
    'lease-ms': { type: 'string', default: '1000' },
    'gap-ms': { type: 'string', default: '600' },
    clocks: { type: 'boolean', default: true },
  },
  allowNegative: true,
})
const print = (line: string) => stdout.write(`${line}\n`)
const kills = positive('kills', values.kills)
const seed = values.seed === undefined ? randomInt(2 ** 31) : positive('seed', values.seed)
const clock = values.clocks ? await unpackedClock(join(root, '.data/cache/faketime')) : undefined
if (values.clocks && clock === undefined) print('libfaketime is not to be had here: no clock jumps')

const options = {
  ...{ seed, kills, clock, env },
  workers: positive('workers', values.workers),
  tasks: positive('tasks', values.tasks ?? `${kills * 50}`),
  leaseMs: positive('lease-ms', values['lease-ms']),
  gapMs: positive('gap-ms', values['gap-ms']),
}
const again =
  `npm run chaos -- --seed ${seed} --kills ${kills} --workers ${options.workers} --tasks ${options.tasks}` +
  ` --lease-ms ${options.leaseMs} --gap-ms ${options.gapMs}${clock ? '' : ' --no-clocks'}`
print(again)
const signals = stopSignals()
signals.hurry.then(() => exit(130))
try {
  const report = await runChaos({ ...options, onProgress: print, signal: signals.asked })
  print(describeReport(report))
  process.exitCode = report.problems.length === 0 ? 0 : 1
} catch (err) {
  if (!signals.asked.aborted) print((err as Error).message)
  process.exitCode = signals.asked.aborted ? 130 : 1
}
print(`\nThe same plan again: ${again}`)
// Whatever a library has left open must not keep the terminal.
exit()

function positive(name: string, value: string): number {
  const number = Number(value)
  if (Number.isSafeInteger(number) && number >= 1) return number
  throw new Error(`--${name} ${value} is no number from 1 up`)
}
