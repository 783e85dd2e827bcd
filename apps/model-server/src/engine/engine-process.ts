// One life of the engine: a child process, spoken to in calls. Native code that crashes or hangs takes only itself away.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ModelServerError } from '../errors.ts'
import type {
  CallerFault,
  CallName,
  EngineStats,
  FromEngine,
  Params,
  Prefilled,
  Result,
  ToEngine,
  Written,
} from './protocol.ts'
import { createWatchdog } from './watchdog.ts'

/** Why an engine is gone. `killed`: not by us, and not by its own doing, as the kernel does when memory runs out. */
export const deathKinds = ['crash', 'killed', 'stalled'] as const

export interface Death {
  readonly kind: (typeof deathKinds)[number]
  readonly reason: string
}

export interface EngineProcessOptions {
  /**
   * How long nothing may move while there is work, and how long a cancelled call may hold on. Then the engine is taken
   * for hung, and killed.
   */
  readonly stallMs: number
  readonly onLog: (line: string) => void
}

export interface CallOptions {
  readonly signal?: AbortSignal
  readonly onPrefilled?: (prefilled: Prefilled) => void
  readonly onWritten?: (written: Written) => void
}

export interface EngineProcess {
  readonly pid: number | undefined
  /** Settles only when the engine is done with the call, also when it is cancelled: then the slot is free. */
  call<Name extends CallName>(
    name: Name,
    params: Params<Name>,
    options?: CallOptions,
  ): Promise<Result<Name>>
  /** What it held when it last said so, a second ago at most while it works. */
  readonly stats: () => EngineStats | undefined
  /** Resolves when the process is gone. */
  readonly exited: Promise<Death>
  kill(): Promise<void>
}

interface PendingCall extends Pick<CallOptions, 'onPrefilled' | 'onWritten'> {
  readonly resolve: (result: Result<CallName>) => void
  readonly reject: (err: unknown) => void
}

export function forkEngineProcess({ stallMs, onLog }: EngineProcessOptions): EngineProcess {
  const child = fork(childPath, {
    // Neither the parent's `--import` nor its NODE_OPTIONS: the engine has no telemetry of its own, and needs no secrets.
    execArgv: [],
    env: {},
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const pending = new Map<number, PendingCall>()
  let lastId = 0
  let gone = false
  let stalled = false
  let stats: EngineStats | undefined
  const killStalled = () => {
    stalled = true
    child.kill('SIGKILL')
  }
  const watchdog = createWatchdog(stallMs, killStalled)
  const exited = exitOf(child).then((end): Death => {
    const reason = `it showed no progress for ${stallMs} ms`
    const death: Death = stalled ? { kind: 'stalled', reason } : end
    gone = true
    watchdog.rest()
    for (const { reject } of pending.values()) reject(unavailable(death.reason))
    pending.clear()
    return death
  })

  const receive = (message: FromEngine) => {
    if ('log' in message) return onLog(message.log)
    if ('stats' in message) {
      // A beat alone is no progress: native code may turn in circles beside it.
      if (message.stats.kvCellsUsed !== stats?.kvCellsUsed) watchdog.moved()
      stats = message.stats
      return
    }
    watchdog.moved()
    const call = pending.get(message.id)
    if (call === undefined) return
    if ('text' in message) return call.onWritten?.(message)
    if ('prefilled' in message) return call.onPrefilled?.(message.prefilled)
    pending.delete(message.id)
    if (pending.size === 0) watchdog.rest()
    if ('result' in message) call.resolve(message.result)
    else call.reject(failureOf(message))
  }
  child.on('message', (messages: readonly FromEngine[]) => messages.forEach(receive))

  const send = (message: ToEngine) => {
    // A dead channel is reported by `exited`, which settles every call.
    if (child.connected) child.send(message, () => {})
  }

  const call: EngineProcess['call'] = async (name, params, { signal, ...listeners } = {}) => {
    signal?.throwIfAborted()
    // A channel with words left to read counts as connected when its process is gone already.
    if (gone || !child.connected) throw unavailable('the engine is gone')
    const id = ++lastId
    const { promise, resolve, reject } = Promise.withResolvers<Result<CallName>>()
    pending.set(id, { resolve, reject, ...listeners })
    // Loading has its own deadline, and shows no progress.
    if (name !== 'load') watchdog.watch()
    // Others' progress is none of a call that will not end.
    const hung = createWatchdog(stallMs, killStalled)
    const cancel = () => {
      send({ id, call: 'cancel' })
      hung.watch()
    }
    signal?.addEventListener('abort', cancel, { once: true })
    send({ id, call: name, params } as ToEngine)
    try {
      const result = await promise
      signal?.throwIfAborted()
      return result as Result<typeof name>
    } catch (err) {
      throw signal?.aborted ? signal.reason : err
    } finally {
      hung.rest()
      signal?.removeEventListener('abort', cancel)
    }
  }

  const kill = async () => {
    child.kill('SIGKILL')
    await exited
  }

  return { pid: child.pid, call, stats: () => stats, exited, kill }
}

/** The built server runs the built child. */
const childPath = fileURLToPath(new URL(`./child-main${extname(import.meta.url)}`, import.meta.url))

async function exitOf(child: ChildProcess): Promise<Death> {
  try {
    const [code, signal] = await once(child, 'exit')
    if (signal === null) return { kind: 'crash', reason: `exited with code ${code}` }
    return { kind: signal === 'SIGKILL' ? 'killed' : 'crash', reason: `killed by ${signal}` }
  } catch (err) {
    return { kind: 'crash', reason: `could not be started: ${err}` }
  }
}

function failureOf({ failure, fault }: { failure: string; fault?: CallerFault }): Error {
  if (fault === undefined) return new Error(failure)
  const { code, param } = fault
  return new ModelServerError(code, failure, { ...(param !== undefined && { param }) })
}

function unavailable(reason: string): ModelServerError {
  return new ModelServerError(
    'engine_unavailable',
    `The engine is restarting (${reason}); try again`,
  )
}
