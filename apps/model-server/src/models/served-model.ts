// One local model: what it is, its engine, and who may use it.
import type { FastifyBaseLogger } from 'fastify'
import { type Engine, type EngineOptions, startEngine } from '../engine/engine.ts'
import type { InTurn } from '../engine/in-turn.ts'
import type { Metrics } from '../metrics.ts'
import { createSlots, type Slots } from '../scheduling/slots.ts'
import { untilAborted } from '../until-aborted.ts'
import { fileHash } from './file-hash.ts'
import { modelFileFault } from './model-file-fault.ts'

export interface ServedModel {
  readonly name: string
  /** SHA-256 of the file, in hex. */
  readonly hash: string
  readonly contextTokens: number
  readonly maxOutputTokens: number
  readonly engine: Engine
  readonly slots: Slots
}

/** Where a model comes from, and what it may take. */
export interface ModelSource {
  readonly name: string
  readonly path: string
  /** How many answers are generated side by side. */
  readonly slots: number
  /** Upper bound for the context; the model may have less. */
  readonly maxContextTokens: number
  readonly maxOutputTokens: number
  readonly threads: number
  /** Loaded at the start, not at the first request. */
  readonly preload: boolean
}

export interface LoadOptions {
  readonly maxWaiting: number
  readonly loadTimeoutMs: number
  readonly stallMs: number
  /** The memory that one more model may count on. */
  readonly availableBytes: () => number
  /** An engine that is started again needs that memory as well. */
  readonly inTurn: InTurn
  /** Told within its turn: the next one counts on what this one leaves. */
  readonly onEngine: (engine: Engine) => void
  readonly metrics: Metrics
  readonly logger: FastifyBaseLogger
}

export async function loadModel(
  source: ModelSource,
  options: LoadOptions,
  signal: AbortSignal,
): Promise<ServedModel> {
  const { name, path, slots, maxOutputTokens } = source
  const fault = await modelFileFault(path)
  if (fault !== undefined) throw new Error(fault)
  const hash = await untilAborted(fileHash(path), signal)
  const refuseRestart = async (closing: AbortSignal) => {
    // Telemetry has told which file answers, and callers what fits into it.
    if ((await untilAborted(fileHash(path), closing)) === hash) return
    throw new Error('its file is another one by now; the server has to be started again for it')
  }
  const engineOptions: EngineOptions = {
    ...options,
    ...source,
    logger: options.logger.child({ model: name }),
    modelPath: path,
    refuseRestart,
    onRestart: (reason) => options.metrics.engineRestarted(name, reason),
  }
  // Only this waits for its turn: a large file takes minutes to read, in which another engine may have to start again.
  const engine = await options.inTurn(async () => {
    signal.throwIfAborted()
    const started = await startEngine(engineOptions, signal)
    options.onEngine(started)
    return started
  })
  options.metrics.modelLoaded(name)
  return {
    name,
    hash,
    contextTokens: engine.contextTokens,
    maxOutputTokens,
    engine,
    // One text at a time becomes a vector.
    slots: createSlots({ slots: engine.embeds ? 1 : slots, maxWaiting: options.maxWaiting }),
  }
}
