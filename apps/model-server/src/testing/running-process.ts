// The server as it is started for real: its own process, with telemetry.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export interface RunningProcess {
  readonly child: ChildProcess
  readonly url: string
  /** Everything written so far. */
  readonly output: () => string
  readonly exited: Promise<number | null>
}

export async function startProcess(env: Readonly<Record<string, string>>): Promise<RunningProcess> {
  const child = spawn(
    process.execPath,
    ['-C', '@throughline/source', '--import', '@throughline/telemetry/register', 'src/main.ts'],
    {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      env: { OTEL_SERVICE_NAME: 'model-server', MODEL_SERVER_PORT: '0', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let output = ''
  const { promise: url, resolve, reject } = Promise.withResolvers<string>()
  const collect = (chunk: Buffer) => {
    output += chunk
    const address = /"address":"([^"]+)".*"msg":"listening"/.exec(output)?.[1]
    if (address !== undefined) resolve(address)
  }
  child.stdout.on('data', collect)
  child.stderr.on('data', collect)
  const exited = once(child, 'close').then(([code]): number | null => code)
  exited.then((code) => reject(new Error(`exited with ${code}: ${output}`)))
  return { child, url: await url, output: () => output, exited }
}
