// Keeps one engine process alive: starts it with its model, and starts it again whenever it dies.
import { basename } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { FastifyBaseLogger } from 'fastify'
import { ModelServerError } from '../errors.ts'
import { type Death, type EngineProcess, forkEngineProcess } from './engine-process.ts'
import type { ModelFacts } from './protocol.ts'

const loadTimeoutMs = 120_000
const firstRestartDelayMs = 50
/** Also how often an engine that cannot start is tried again: for ever, but no more often than this. */
const maxRestartDelayMs = 5_000

export interface EngineOptions {
  readonly modelPath: string
  readonly slots: number
  readonly maxContextTokens: number
  readonly logger: FastifyBaseLogger
  readonly onRestart?: (kind: Death['kind']) => void
}

export interface Engine {
  readonly contextTokens: number
  readonly isReady: () => boolean
  readonly pid: () => number | undefined
  /** Fails with `engine_unavailable` while the engine restarts, and when it dies during the call. */
  readonly call: EngineProcess['call']
  readonly close: () => Promise<void>
}

/** Rejects when the model cannot be loaded; from then on the engine is kept alive. */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { logger } = options
  const closing = new AbortController()
  let { child, facts } = await startChild(options)
  let ready = true
  logger.debug({ enginePid: child.pid, ...facts }, 'model loaded')

  const keepAlive = async () => {
    while (true) {
      const { kind, reason } = await child.exited
      ready = false
      if (closing.signal.aborted) return
      logger.error({ reason }, 'engine died')
      await restart(kind)
      if (closing.signal.aborted) return child.kill()
      ready = true
    }
  }
  const restart = async (kind: Death['kind']) => {
    for (let waitMs = firstRestartDelayMs; ; waitMs = Math.min(2 * waitMs, maxRestartDelayMs)) {
      await delay(waitMs, undefined, { signal: closing.signal }).catch(() => {})
      if (closing.signal.aborted) return
      try {
        ;({ child, facts } = await startChild(options, closing.signal))
        options.onRestart?.(kind)
        logger.warn({ loadMs: facts.loadMs }, 'engine restarted')
        return
      } catch (err) {
        if (!closing.signal.aborted) logger.error({ err }, 'engine could not be restarted')
      }
    }
  }
  const alive = keepAlive()

  return {
    contextTokens: facts.contextTokens,
    isReady: () => ready,
    pid: () => child.pid,
    call: async (name, params, callOptions) => {
      if (!ready) {
        throw new ModelServerError('engine_unavailable', 'The engine is restarting; try again')
      }
      return child.call(name, params, callOptions)
    },
    close: async () => {
      closing.abort()
      await child.kill()
      await alive
    },
  }
}

async function startChild(
  { modelPath, slots, maxContextTokens, logger }: EngineOptions,
  stop?: AbortSignal,
): Promise<{ child: EngineProcess; facts: ModelFacts }> {
  const child = forkEngineProcess((line) => logger.warn({ line }, 'engine says'))
  const deadline = AbortSignal.timeout(loadTimeoutMs)
  const signal = stop === undefined ? deadline : AbortSignal.any([stop, deadline])
  try {
    const facts = await child.call('load', { modelPath, slots, maxContextTokens }, { signal })
    return { child, facts }
  } catch (err) {
    await child.kill()
    const reason = err instanceof Error ? err.message : String(err)
    // The file, not where it lies: folders are named after people.
    const file = basename(modelPath)
    throw new Error(`The model ${file} could not be loaded: ${reason}`, { cause: err })
  }
}
