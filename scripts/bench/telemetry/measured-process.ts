// A process under measurement: started with the flags of its variant, asked over a channel, and killed.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { Profiler } from 'node:inspector'
import { createInterface } from 'node:readline'
import type { Message, Question, Usage } from './control.ts'
import { flagsOf, type Variant } from './variants.ts'

export interface ProcessSettings {
  readonly variant: Variant
  readonly script: string
  readonly args?: readonly string[]
  readonly cwd?: string
  readonly env: NodeJS.ProcessEnv
  readonly withPlugin?: boolean
  /** Without it, log lines go nowhere: who reads them takes time of the same machine. */
  readonly onLogLine?: (line: string) => void
  readonly signal: AbortSignal
}

export interface MeasuredProcess extends AsyncDisposable {
  readonly pid: number
  readonly port: number
  /** From its being spawned to its listening. */
  readonly startMs: number
  usage(): Promise<Usage>
  /** Makes it work by itself, for as long as the load says. What comes back is its own affair. */
  work(load: unknown): Promise<unknown>
  startProfile(): Promise<void>
  stopProfile(): Promise<Profiler.Profile>
  stop(): Promise<void>
}

const startTimeoutMs = 30_000
const keptErrorBytes = 4_000
type Asked = {
  [Kind in Question['ask']]: Omit<Extract<Question, { ask: Kind }>, 'id'>
}[Question['ask']]

export async function startMeasured(settings: ProcessSettings): Promise<MeasuredProcess> {
  const { variant, script, args = [], cwd, env, withPlugin, onLogLine, signal } = settings
  signal.throwIfAborted()
  const startedAt = performance.now()
  const child = fork(script, args, {
    ...{ cwd, env },
    execArgv: flagsOf(variant, { withPlugin }),
    stdio: ['ignore', onLogLine ? 'pipe' : 'ignore', 'pipe', 'ipc'],
  })
  const exited = once(child, 'close')
  if (onLogLine && child.stdout) createInterface(child.stdout).on('line', onLogLine)
  let errors = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    errors = (errors + chunk).slice(-keptErrorBytes)
  })

  const ready = Promise.withResolvers<number>()
  const answers = new Map<number, PromiseWithResolvers<unknown>>()
  child.on('message', (message: Message) => {
    if ('ready' in message) return ready.resolve(message.ready)
    const waiting = answers.get(message.answer)
    answers.delete(message.answer)
    if (message.error) waiting?.reject(new Error(`${variant}, ${script}: ${message.error}`))
    else waiting?.resolve(message.value)
  })
  const fail = (err: Error) => {
    ready.reject(err)
    for (const waiting of answers.values()) waiting.reject(err)
  }
  exited.then(() => fail(new Error(`${script} ended (${variant}):\n${errors}`)))
  const onAbort = () => fail(new Error('stopped'))
  signal.addEventListener('abort', onAbort)
  const timer = setTimeout(
    () => fail(new Error(`${script} did not start:\n${errors}`)),
    startTimeoutMs,
  )

  let asked = 0
  const ask = (question: Asked): Promise<unknown> => {
    const answer = Promise.withResolvers<unknown>()
    answers.set(++asked, answer)
    child.send({ id: asked, ...question })
    return answer.promise
  }
  const stop = async () => {
    signal.removeEventListener('abort', onAbort)
    child.kill('SIGKILL')
    await exited
  }
  try {
    const port = await ready.promise
    return {
      pid: child.pid ?? 0,
      port,
      startMs: performance.now() - startedAt,
      usage: async () => (await ask({ ask: 'usage' })) as Usage,
      work: (load) => ask({ ask: 'work', load }),
      startProfile: async () => void (await ask({ ask: 'startProfile' })),
      stopProfile: async () => (await ask({ ask: 'stopProfile' })) as Profiler.Profile,
      stop,
      [Symbol.asyncDispose]: stop,
    }
  } catch (err) {
    await stop()
    throw err
  } finally {
    clearTimeout(timer)
  }
}
