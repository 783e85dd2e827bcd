// Our server as it runs in earnest, with telemetry or without; what it says of each answer is read from its log.
import { setTimeout as sleep } from 'node:timers/promises'
import type { MeasuredProcess } from '../../telemetry/measured-process.ts'
import { measuredEnv, startApp } from '../../telemetry/start-app.ts'
import type { Variant } from '../../telemetry/variants.ts'
import { startCallers } from '../load/start-callers.ts'
import type { Bench, Subject } from './subject.ts'

/** The callers have their answers; the last lines of the log are on their way. */
const logTimeoutMs = 1_000
const pollMs = 10
/** Nobody is refused here. */
const queueLimit = 1_000

/** A line of the log, a completion. */
export interface Completion {
  readonly queueMs: number
}

export async function startServer(bench: Bench, variant: Variant): Promise<Subject> {
  await using stack = new AsyncDisposableStack()
  let waitedMs: number[] = []
  const onCompletion = ({ queueMs }: Completion) => waitedMs.push(queueMs)
  const server = stack.use(await startModelServer(bench, variant, onCompletion))
  const callers = stack.use(await startCallers(bench, server.port))
  const owned = stack.move()
  return {
    pid: server.pid,
    async answer(load) {
      waitedMs = []
      const answered = await callers.answer(load)
      const deadline = performance.now() + logTimeoutMs
      while (waitedMs.length < load.questions.length && performance.now() < deadline) {
        await sleep(pollMs)
      }
      return { ...answered, waitedMs }
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

export function startModelServer(
  { receiver, env, signal, modelPath, slots }: Bench,
  variant: Variant,
  onCompletion: (completion: Completion) => void,
): Promise<MeasuredProcess> {
  return startApp('model-server', {
    ...{ variant, signal },
    env: {
      ...measuredEnv(env, variant, receiver.url),
      ...{ MODEL_SERVER_PORT: '0', MODEL_PATH: modelPath, MODEL_SLOTS: String(slots) },
      MODEL_QUEUE_LIMIT: String(queueLimit),
    },
    onLogLine(line) {
      if (line.includes('"completion finished"')) onCompletion(JSON.parse(line))
    },
  })
}
