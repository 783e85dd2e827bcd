// `npm start`: the whole system in the foreground, a first search and negotiation, and the link to their trace.
import { parseArgs } from 'node:util'
import { demoKey } from '@throughline/core/seed'
import { runDemo } from './demo.ts'
import { explain } from './explain.ts'
import { describeLinks } from './printing/links.ts'
import { renderLogLine } from './printing/render-log-line.ts'
import { createStateTable } from './printing/state-table.ts'
import { createTerminal } from './printing/terminal.ts'
import { loadSettings } from './settings.ts'
import { stopSignals } from './stop-signals.ts'
import { isAtLeast } from './system/log-line.ts'
import { type System, startSystem } from './system/start-system.ts'

const terminal = createTerminal(process.stdout)
const { paint, print } = terminal
const signals = stopSignals()

try {
  process.exitCode = await run()
} catch (err) {
  print(`\n${paint('red', explain(err))}`)
  process.exitCode = 1
}
// Whatever a library has left open must not keep the terminal.
process.exit()

async function run(): Promise<number> {
  const { logs, demo, watch } = readFlags()
  const { env, dataDir, shownDataDir } = loadSettings()
  const shownLevel = env.LOG_LEVEL || (logs ? 'info' : 'warn')

  print(`\n${paint('bold', 'Throughline')}\n`)
  const table = createStateTable(terminal)
  const system = await startSystem({
    dataDir,
    env,
    watch,
    signal: signals.asked,
    onState: table.update,
    onLog(line) {
      if (isAtLeast(line, shownLevel)) print(renderLogLine(line, paint))
    },
  }).catch((err: unknown) => {
    table.close()
    if (signals.asked.aborted) return undefined
    throw err
  })
  if (!system) return 0
  table.close()
  print(`\n${describeLinks({ system, apiKey: demoKey, dataDir: shownDataDir, paint })}`)
  if (demo) await showDemo(system, env)
  print(paint('dim', '\nCtrl-C stops everything.'))

  const failure = await Promise.race([system.failed, signals.stop])
  if (failure) print(`\n${paint('red', failure)}`)
  print(paint('dim', '\nStopping …'))
  signals.hurry.then(() => system.stop({ immediately: true }))
  await system.stop()
  print(paint('dim', `Stopped. The data is in ${shownDataDir}/; npm run reset forgets it.`))
  return failure ? 1 : 0
}

function readFlags() {
  const flag = (value: boolean) => ({ type: 'boolean', default: value }) as const
  const options = { logs: flag(false), demo: flag(true), watch: flag(false) }
  return parseArgs({ options, allowNegative: true }).values
}

/** The system runs whether or not its first requests succeed; what went wrong is there to be looked at. */
async function showDemo(system: System, env: NodeJS.ProcessEnv): Promise<void> {
  // With an endpoint of the user's own, lens never sees the trace.
  const lensUrl = env.OTEL_EXPORTER_OTLP_ENDPOINT ? undefined : system.lensUrl
  try {
    const shown = await runDemo({ gatewayUrl: system.gatewayUrl, lensUrl, apiKey: demoKey })
    print(`\n  ${paint('dim', 'search'.padEnd(12))}${shown.search}`)
    print(`  ${paint('dim', 'negotiate'.padEnd(12))}${shown.negotiation}`)
    const link = lensUrl ? `${lensUrl}/traces/${shown.traceId}` : shown.traceId
    print(
      `\n  ${paint('bold', 'The trace of that negotiation')}${shown.trace ? `, ${shown.trace}` : ''}:`,
    )
    print(`  ${paint(['cyan', 'underline'], link)}`)
  } catch (err) {
    print(paint('yellow', `\n  The first requests did not succeed: ${(err as Error).message}`))
  }
}
