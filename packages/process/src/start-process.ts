// Starts an app as it runs in earnest, for tests: a process of its own, from its sources. Libraries are patched while
// they are imported, signals are for processes, and only a process can be killed.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

export interface ProcessSettings {
  /** The app's folder: `src/main.ts` is run in it. */
  readonly folder: URL
  /** Modules to load before it, as with `--import`. */
  readonly imports?: readonly string[]
  /** The whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>
  readonly startTimeoutMs?: number
}

export interface RunningProcess extends AsyncDisposable {
  readonly child: ChildProcess
  /** Where it listens, by its own account: the `address` of its line `listening`. */
  readonly address: string
  /** The lines of JSON that it has logged, parsed. */
  readonly lines: readonly Readonly<Record<string, unknown>>[]
  /** All that it has written, errors included. */
  readonly output: () => string
  /** Its exit code, when it has ended and all it wrote is here; null when a signal ended it. */
  readonly exited: Promise<number | null>
  /** Ends it in order. */
  stop(): Promise<number | null>
  kill(): Promise<void>
}

/** Resolves when the process listens. */
export async function startProcess(settings: ProcessSettings): Promise<RunningProcess> {
  const { folder, imports = [], env, startTimeoutMs = 20_000 } = settings
  const flags = ['-C', '@throughline/source', ...imports.flatMap((name) => ['--import', name])]
  const child = spawn(process.execPath, [...flags, 'src/main.ts'], {
    ...{ cwd: folder, env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = once(child, 'close').then(([code]): number | null => code)
  const listening = Promise.withResolvers<string>()
  const fail = (what: string) => listening.reject(new Error(`The process ${what}:\n${output}`))

  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk
    })
  }
  const lines: Record<string, unknown>[] = []
  createInterface(child.stdout).on('line', (text) => {
    // What it says to people stands in the output alone.
    if (!text.startsWith('{')) return
    const line = JSON.parse(text) as Record<string, unknown>
    lines.push(line)
    if (line.msg === 'listening') listening.resolve(String(line.address))
  })
  exited.then((code) => fail(`ended with ${code}`))
  const timer = setTimeout(() => fail(`did not listen in ${startTimeoutMs} ms`), startTimeoutMs)

  const end = (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal)
    return exited
  }
  const kill = async (): Promise<void> => {
    await end('SIGKILL')
  }
  try {
    const address = await listening.promise
    const stop = () => end('SIGTERM')
    return {
      ...{ child, address, lines, output: () => output, exited, stop, kill },
      [Symbol.asyncDispose]: kill,
    }
  } catch (err) {
    await kill()
    throw err
  } finally {
    clearTimeout(timer)
  }
}
