// The server of llama-cpp-python, over the same model with one thread. It has one sequence: who comes later waits.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '@throughline/embedded'
import { SystemError } from '../../../system/system-error.ts'
import { startCallers } from '../load/start-callers.ts'
import type { Bench, Subject } from './subject.ts'

const startTimeoutMs = 60_000
const pollMs = 50

export async function startLlamaCppPython(bench: Bench): Promise<Subject> {
  const { llamaCppPython = '', env, modelPath, signal } = bench
  await using stack = new AsyncDisposableStack()
  const port = await freePort()
  const server = spawn(
    llamaCppPython,
    [
      ...['-m', 'llama_cpp.server', '--model', modelPath, '--verbose', 'false'],
      ...['--host', '127.0.0.1', '--port', String(port)],
      // By default, who asks cuts off whoever was being answered.
      ...['--interrupt_requests', 'false'],
      // A context as long as the model's own.
      ...['--n_threads', '1', '--n_threads_batch', '1', '--n_ctx', '0'],
    ],
    { env: { PATH: env.PATH, HOME: env.HOME }, stdio: ['ignore', 'ignore', 'inherit'] },
  )
  const ended = once(server, 'exit').catch((err) => err)
  stack.defer(async () => {
    server.kill('SIGKILL')
    await ended
  })
  const tooEarly = ended.then(() => {
    throw new SystemError(`"${llamaCppPython} -m llama_cpp.server" ended before it listened.`)
  })
  await Promise.race([untilItAnswers(`http://127.0.0.1:${port}/v1/models`, signal), tooEarly])
  tooEarly.catch(() => undefined)
  const callers = stack.use(await startCallers(bench, port))
  const owned = stack.move()
  return {
    pid: server.pid ?? 0,
    answer: callers.answer,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

async function untilItAnswers(url: string, signal: AbortSignal): Promise<void> {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(startTimeoutMs)])
  for (;;) {
    deadline.throwIfAborted()
    // Nobody listens yet.
    const answered = await fetch(url, { signal: deadline }).catch(() => undefined)
    if (answered?.ok) return
    await sleep(pollMs, undefined, { signal: deadline })
  }
}
