// `npm start`: the whole system in the foreground, a first search and negotiation, and the link to their trace.
import { parseArgs } from 'node:util'
import { demoKey } from '@throughline/core/seed'
import { describeTrace, runDemo } from './demo.ts'
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
  const ended = Promise.race([system.failed, signals.stop])
  const first = await Promise.race([demo ? describeDemo(system, env) : [], ended])
  if (Array.isArray(first)) {
    print([...first, '', paint('dim', 'Ctrl-C stops everything.')].join('\n'))
  }

  const failure = await ended
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
async function describeDemo(system: System, env: NodeJS.ProcessEnv): Promise<string[]> {
  try {
    const { gatewayUrl, lensUrl } = system
    const { search, negotiation, traceId } = await runDemo({ gatewayUrl, apiKey: demoKey })
    const shown = [
      '',
      `  ${paint('dim', 'search'.padEnd(12))}${search}`,
      `  ${paint('dim', 'negotiate'.padEnd(12))}${negotiation}`,
    ]
    if (!traceId) return shown
    // With an endpoint of the user's own, lens never sees the trace.
    const isHere = !env.OTEL_EXPORTER_OTLP_ENDPOINT
    const trace = isHere ? `, ${await describeTrace(lensUrl, traceId)}` : ''
    const link = isHere ? `${lensUrl}/traces/${traceId}` : traceId
    return [
      ...shown,
      '',
      `  ${paint('bold', 'The trace of that negotiation')}${trace}:`,
      `  ${paint(['cyan', 'underline'], link)}`,
    ]
  } catch (err) {
    return [paint('yellow', `\n  The first requests did not succeed: ${(err as Error).message}`)]
  }
}
