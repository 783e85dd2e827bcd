// Keeps one engine process alive: starts it with its model, and starts it again whenever it dies.
import { setTimeout as delay } from 'node:timers/promises'
import type { FastifyBaseLogger } from 'fastify'
import { ModelServerError } from '../errors.ts'
import { deathKinds, type EngineProcess, forkEngineProcess } from './engine-process.ts'
import type { InTurn } from './in-turn.ts'
import type { EngineStats, ModelFacts } from './protocol.ts'
import { createRestartPause } from './restart-pause.ts'

/** Why an engine is started again: how the one before ended, or that it could not load its model. */
export const restartReasons = [...deathKinds, 'load'] as const
export type RestartReason = (typeof restartReasons)[number]

export interface EngineOptions {
  readonly modelPath: string
  readonly slots: number
  readonly maxContextTokens: number
  readonly threads: number
  /** Refuses a model that surely needs more memory; unchecked unless given. */
  readonly availableBytes?: () => number
  readonly loadTimeoutMs: number
  readonly stallMs: number
  readonly logger: FastifyBaseLogger
  /** Told each time that the engine has to be started again, also when the last try has failed. */
  readonly onRestart?: (reason: RestartReason) => void
  /** Fails when the model is not the one any more that was started. */
  readonly refuseRestart?: (signal: AbortSignal) => Promise<void>
  /** Loads of several models count on the same memory: each is told when it may begin. */
  readonly inTurn?: InTurn
}

export interface Engine {
  readonly contextTokens: number
  /** Without one, a model continues text but does not chat. */
  readonly hasChatTemplate: boolean
  /** Made to turn texts into vectors. */
  readonly embeds: boolean
  readonly isReady: () => boolean
  readonly pid: () => number | undefined
  /** Nothing while the engine restarts. */
  readonly stats: () => EngineStats | undefined
  /** Fails with `engine_unavailable` while the engine restarts, and when it dies during the call. */
  readonly call: EngineProcess['call']
  readonly close: () => Promise<void>
}

/** Rejects when the model cannot be loaded; from then on the engine is kept alive. */
export async function startEngine(options: EngineOptions, signal?: AbortSignal): Promise<Engine> {
  const { logger, inTurn = (job) => job() } = options
  const closing = new AbortController()
  let { child, facts } = await startChild(options, signal)
  let ready = true
  logger.debug({ enginePid: child.pid, loadMs: facts.loadMs }, 'model loaded')

  const pause = createRestartPause()
  const keepAlive = async () => {
    while (true) {
      const bornAt = performance.now()
      const { kind, reason } = await child.exited
      ready = false
      if (closing.signal.aborted) return
      logger.error({ reason }, 'engine died')
      pause.died(performance.now() - bornAt)
      options.onRestart?.(kind)
      await restart()
      if (closing.signal.aborted) return child.kill()
    }
  }
  const restart = async () => {
    while (!closing.signal.aborted) {
      await delay(pause.nextMs(), undefined, { signal: closing.signal }).catch(() => {})
      if (closing.signal.aborted) return
      try {
        await inTurn(startAgain)
        logger.warn({ loadMs: facts.loadMs }, 'engine restarted')
        return
      } catch (err) {
        if (closing.signal.aborted) return
        logger.error({ err }, 'engine could not be restarted')
        options.onRestart?.('load')
      }
    }
  }
  const startAgain = async () => {
    closing.signal.throwIfAborted()
    await options.refuseRestart?.(closing.signal)
    ;({ child, facts } = await startChild(options, closing.signal))
    ready = true
  }
  const alive = keepAlive()

  return {
    contextTokens: facts.contextTokens,
    hasChatTemplate: facts.hasChatTemplate,
    embeds: facts.embeds,
    isReady: () => ready,
    pid: () => child.pid,
    stats: () => (ready ? child.stats() : undefined),
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
  options: EngineOptions,
  stop?: AbortSignal,
): Promise<{ child: EngineProcess; facts: ModelFacts }> {
  const { modelPath, slots, maxContextTokens, threads, loadTimeoutMs, stallMs, logger } = options
  const child = forkEngineProcess({
    stallMs,
    onLog: (line) => logger.warn({ line }, 'engine says'),
  })
  const deadline = AbortSignal.timeout(loadTimeoutMs)
  const signal = stop === undefined ? deadline : AbortSignal.any([stop, deadline])
  // Loading cannot be interrupted, only ended.
  const kill = () => void child.kill()
  signal.addEventListener('abort', kill, { once: true })
  const availableBytes = options.availableBytes?.()
  const params = {
    ...{ modelPath, slots, maxContextTokens, threads },
    ...(availableBytes !== undefined && { availableBytes }),
  }
  try {
    signal.throwIfAborted()
    return { child, facts: await child.call('load', params) }
  } catch (err) {
    await child.kill()
    if (stop?.aborted) throw stop.reason
    if (deadline.aborted) {
      throw new Error(`it did not load within ${loadTimeoutMs} ms`, { cause: err })
    }
    if (err instanceof ModelServerError) {
      const { reason } = await child.exited
      throw new Error(`the engine ended while it loaded it (${reason})`, { cause: err })
    }
    throw err
  } finally {
    signal.removeEventListener('abort', kill)
  }
}
