// The app as a process of its own, since libraries are patched as it starts, and what it tells: new for each test of a file.
import { type RunningProcess, startProcess } from '@throughline/process/testing'
import { type Receiver, startReceiver } from '@throughline/trace-testing/receiver'
import { afterEach, beforeEach } from 'vitest'

export function observeInEachTest() {
  let receiver: Receiver
  let servers: RunningProcess[] = []
  beforeEach(async () => {
    receiver = await startReceiver()
  })
  afterEach(async () => {
    await Promise.all(servers.map((server) => server.kill()))
    servers = []
    await receiver.stop()
  })
  return {
    get receiver() {
      return receiver
    },
    async start(env: Readonly<Record<string, string>> = {}): Promise<RunningProcess> {
      const server = await startProcess({
        folder: new URL('../..', import.meta.url),
        imports: ['@throughline/telemetry/register'],
        env: { ...receiver.env, MODEL_SERVER_PORT: '0', ...env },
      })
      servers.push(server)
      return server
    },
    /** All that was sent to the receiver or printed. */
    told: () =>
      [...receiver.requests.map(({ body }) => body), ...servers.map((one) => one.output())].join(
        '\n',
      ),
  }
}
