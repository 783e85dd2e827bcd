// `npm run chaos`: as many kills as are asked for, everything checked, and a table at the end.
import { join } from 'node:path'
import process, { argv, env, exit, stdout } from 'node:process'
import { explain } from '@throughline/scripts/explain.ts'
import { stopSignals } from '@throughline/scripts/stop-signals.ts'
import { root } from '@throughline/scripts/system/services.ts'
import { describeReport } from './describe-report.ts'
import { unpackedClock } from './fake-clock.ts'
import { type ChaosCommand, help, readOptions } from './options.ts'
import { runChaos } from './run-chaos.ts'

const print = (line: string) => stdout.write(`${line}\n`)
const signals = stopSignals()
signals.hurry.then(() => exit(130))
try {
  const command = readOptions(argv.slice(2))
  if (command.help) print(help)
  else process.exitCode = await run(command)
} catch (err) {
  if (!signals.asked.aborted) print(explain(err))
  process.exitCode = signals.asked.aborted ? 130 : 1
}
// Whatever a library has left open must not keep the terminal.
exit()

async function run({ clocks, help: _, ...options }: ChaosCommand): Promise<number> {
  const clock = clocks ? await unpackedClock(join(root, '.data/cache/faketime')) : undefined
  if (clocks && clock === undefined) print('libfaketime is not to be had here: no clock jumps')
  const { seed, kills, workers, tasks, leaseMs, gapMs } = options
  const again =
    `npm run chaos -- --seed ${seed} --kills ${kills} --workers ${workers} --tasks ${tasks}` +
    ` --lease-ms ${leaseMs} --gap-ms ${gapMs}${clock ? '' : ' --no-clocks'}`
  print(again)
  try {
    const report = await runChaos({
      ...{ ...options, clock, env, onProgress: print, signal: signals.asked },
    })
    print(describeReport(report))
    return report.problems.length === 0 ? 0 : 1
  } finally {
    print(`\nThe same plan again: ${again}`)
  }
}
