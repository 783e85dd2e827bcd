// The orchestrator as it is run: a process of its own, with telemetry, between Redis and its peers.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export interface RunningOrchestrator extends AsyncDisposable {
  readonly process: ChildProcess
  readonly healthUrl: string
  /** Everything it has printed, parsed. */
  readonly lines: Record<string, unknown>[]
  /** Ends it in order, with what its telemetry still holds. */
  stop(): Promise<number | null>
  kill(): Promise<void>
}

const main = fileURLToPath(new URL('../main.ts', import.meta.url))

export async function runOrchestrator(env: Record<string, string>): Promise<RunningOrchestrator> {
  const flags = ['-C', '@throughline/source', '--import', '@throughline/telemetry/register']
  const child = spawn(process.execPath, [...flags, main], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: {
      OTEL_SERVICE_NAME: 'orchestrator',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: '50',
      ORCHESTRATOR_PORT: '0',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'close') as Promise<[number | null]>
  const lines: Record<string, unknown>[] = []
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    const [code] = await ended
    return code
  }

  const healthUrl = await new Promise<string>((resolve, reject) => {
    let rest = ''
    child.stdout.on('data', (chunk: Buffer) => {
      const parts = `${rest}${chunk}`.split('\n')
      rest = parts.pop() ?? ''
      for (const part of parts) {
        const line = JSON.parse(part) as Record<string, unknown>
        lines.push(line)
        if (line.msg === 'listening') resolve(String(line.address))
      }
    })
    void ended.then(([code]) => reject(new Error(`the orchestrator ended early with ${code}`)))
  })

  return {
    process: child,
    healthUrl,
    lines,
    stop: () => end('SIGTERM'),
    async kill() {
      await end('SIGKILL')
    },
    async [Symbol.asyncDispose]() {
      await end('SIGKILL')
    },
  }
}
