// Runs `npm start` in a folder until its first trace is finished and everything is at rest, and ends it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { stripVTControlCharacters } from 'node:util'
import { type MemoryRow, readMemory } from './read-memory.ts'

export interface StartMeasurement {
  readonly seconds: number
  readonly output: string
  readonly memory: readonly MemoryRow[]
}

const timeoutMs = 600_000
/** Long enough for the work of starting to end and for garbage to be collected. */
const restMs = 10_000

export async function measureStart(
  folder: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<StartMeasurement> {
  const startedAt = performance.now()
  const child = spawn('npm', ['start', '--silent'], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const closed = once(child, 'close')
  let output = ''
  const finished = new Promise<number>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk
      if (output.includes('Ctrl-C stops everything')) resolve(performance.now())
    })
  })
  child.stderr.on('data', (chunk: Buffer) => process.stderr.write(chunk))
  const early = closed.then(() => Promise.reject(new Error(`npm start ended:\n${output}`)))
  const late = delay(timeoutMs, undefined, { ref: false, signal }).then(() =>
    Promise.reject(new Error(`npm start took more than ${timeoutMs} ms:\n${output}`)),
  )
  for (const end of [early, late]) end.catch(() => undefined)
  try {
    const finishedAt = await Promise.race([finished, early, late])
    if (!output.includes('The trace of that negotiation')) throw new Error(output)
    await delay(restMs, undefined, { signal })
    const memory = readMemory(child.pid ?? 0, output)
    const seconds = (finishedAt - startedAt) / 1000
    return { seconds, output: stripVTControlCharacters(output).trim(), memory }
  } finally {
    child.kill('SIGINT')
    await closed
  }
}
