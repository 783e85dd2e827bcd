import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Variant } from '../variants.ts'
import type { Counts } from './main.ts'

export interface Receiver extends AsyncDisposable {
  readonly url: string
  /** What has come from a variant so far. */
  counts(variant: Variant): Promise<Counts>
}

const nothing: Counts = { spans: 0, logs: 0, bytes: 0 }

/** In a process of its own: what it costs is not counted for anyone. */
export async function startReceiver(): Promise<Receiver> {
  const script = fileURLToPath(new URL('./main.ts', import.meta.url))
  const child = fork(script, { execArgv: ['-C', '@throughline/source'] })
  const exited = once(child, 'exit')
  const [{ port }] = (await once(child, 'message')) as [{ port: number }]
  return {
    url: `http://127.0.0.1:${port}`,
    async counts(variant) {
      child.send('counts')
      const [{ counts }] = (await once(child, 'message')) as [{ counts: Record<string, Counts> }]
      return counts[variant] ?? nothing
    },
    async [Symbol.asyncDispose]() {
      child.kill()
      await exited
    },
  }
}
