// One service as a child process: started, watched until it is ready, its lines read, ended within a bound.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { type LogLine, parseLogLine } from './log-line.ts'
import { root, type ServiceDefinition, type ServiceName } from './services.ts'
import { SystemError } from './system-error.ts'

export interface ServiceProcess {
  readonly name: ServiceName
  readonly address: string
  readonly pid: number
  /** Settles when the process is gone, whoever ended it, with how it ended. */
  readonly exited: Promise<string>
  readonly lastLines: readonly LogLine[]
  kill(signal: NodeJS.Signals): void
  /** Asks it to end, and after that time makes it. */
  stop(patienceMs: number): Promise<void>
}

export interface StartContext {
  readonly env: NodeJS.ProcessEnv
  readonly logsDir: string
  readonly watch: boolean
  readonly onLog: (line: LogLine) => void
  /** Ends the waiting, not the process, which `onSpawn` has handed over. */
  readonly signal: AbortSignal
  readonly onSpawn: (service: ServiceProcess) => void
}

const readyWithinMs = 60_000
const pollMs = 50
const keptLines = 12

export async function startService(
  name: ServiceName,
  definition: ServiceDefinition,
  context: StartContext,
): Promise<ServiceProcess> {
  const service = await spawnService(name, definition, context)
  context.onSpawn(service)
  const deadline = performance.now() + readyWithinMs
  let ended: string | undefined
  service.exited.then((how) => {
    ended = how
  })
  while (!(await definition.isReady())) {
    context.signal.throwIfAborted()
    if (ended) throw new SystemError(`${name} ${ended} before it was ready.${tail(service)}`)
    if (performance.now() > deadline) {
      throw new SystemError(
        `${name} was not ready within ${readyWithinMs / 1000} s.${tail(service)}`,
      )
    }
    await delay(pollMs)
  }
  return service
}

/** Its last words, for a sentence that says it has ended. */
export function tail({ lastLines }: ServiceProcess): string {
  return lastLines.length > 0
    ? ` Its last lines:\n${lastLines.map(({ raw }) => `  ${raw}`).join('\n')}`
    : ''
}

async function spawnService(
  name: ServiceName,
  { address, traced }: ServiceDefinition,
  { env, logsDir, watch, onLog }: StartContext,
): Promise<ServiceProcess> {
  const args = [
    ...(watch ? ['--watch', '--watch-preserve-output'] : []),
    ...['-C', '@throughline/source'],
    // Lens takes the types out of its page with a function that Node still calls experimental.
    '--disable-warning=ExperimentalWarning',
    ...(traced ? ['--import', '@throughline/telemetry/register'] : []),
    'src/main.ts',
  ]
  const child = spawn(process.execPath, args, {
    cwd: join(root, 'apps', name),
    env: { ...env, OTEL_SERVICE_NAME: name },
    stdio: ['ignore', 'pipe', 'pipe'],
    // Out of the terminal's process group: Ctrl-C is for us, who end the services in order.
    detached: true,
  })
  const exited = new Promise<string>((resolve) => {
    child.once('close', (code, signal) =>
      resolve(signal ? `was ended by ${signal}` : `ended with exit code ${code}`),
    )
  })
  await once(child, 'spawn')
  const pid = child.pid ?? 0

  const file = createWriteStream(join(logsDir, `${name}.log`), { flags: 'a' })
  const lastLines: LogLine[] = []
  const read = (text: string) => {
    file.write(`${text}\n`)
    const line = parseLogLine(name, text)
    lastLines.push(line)
    if (lastLines.length > keptLines) lastLines.shift()
    onLog(line)
  }
  for (const input of [child.stdout, child.stderr]) createInterface({ input }).on('line', read)
  exited.then(() => file.end())

  const kill = (signal: NodeJS.Signals) => void child.kill(signal)
  return {
    name,
    address,
    pid,
    exited,
    lastLines,
    kill,
    async stop(patienceMs) {
      const impatience = new AbortController()
      kill('SIGTERM')
      const waited = delay(patienceMs, undefined, { signal: impatience.signal, ref: false })
      waited.then(
        () => kill('SIGKILL'),
        () => undefined,
      )
      await exited
      impatience.abort()
    },
  }
}
