// `npm start` as a process of its own, in a folder of its own: what the bootstrap hands over to.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export interface StartedProcess {
  /** By name of the part; the starter itself is `supervisor`. */
  readonly pids: ReadonlyMap<string, number>
  /** Settles when everything that it started has ended, too, unless it was killed itself. */
  readonly ended: Promise<unknown>
  readonly output: () => string
  readonly stop: () => Promise<void>
}

const startScript = fileURLToPath(new URL('../scripts/start.ts', import.meta.url))
const readyWithinMs = 45_000

/** Resolves when every part is ready. */
export async function startProcess(env: NodeJS.ProcessEnv): Promise<StartedProcess> {
  const child = spawn(process.execPath, ['-C', '@throughline/source', startScript, '--no-demo'], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(child, 'close')
  let output = ''
  const ready = Promise.withResolvers<void>()
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk
      if (output.includes('Ctrl-C stops everything')) ready.resolve()
    })
  }
  ended.then(() => ready.reject(new Error(`The system did not start:\n${output}`)))
  const timer = setTimeout(
    () => ready.reject(new Error(`The system was not ready in time:\n${output}`)),
    readyWithinMs,
  )
  try {
    await ready.promise
  } catch (err) {
    child.kill('SIGTERM')
    throw err
  } finally {
    clearTimeout(timer)
  }
  return {
    pids: pidsIn(output, child),
    ended,
    output: () => output,
    stop: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
}

function pidsIn(output: string, supervisor: ChildProcess): Map<string, number> {
  const lines = output.matchAll(/✓ (\S+) .* pid (\d+)/g)
  const pids = new Map([...lines].map(([, name = '', pid]) => [name, Number(pid)]))
  if (supervisor.pid !== undefined) pids.set('supervisor', supervisor.pid)
  return pids
}
