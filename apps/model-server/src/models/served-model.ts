// One local model: what it is, its engine, and who may use it.
import type { FastifyBaseLogger } from 'fastify'
import { type Engine, startEngine } from '../engine/engine.ts'
import type { Metrics } from '../metrics.ts'
import { createSlots, type Slots } from '../scheduling/slots.ts'
import { fileHash } from './file-hash.ts'

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
}

export interface LoadOptions {
  readonly maxWaiting: number
  readonly maxOutputTokens: number
  readonly metrics: Metrics
  readonly logger: FastifyBaseLogger
}

export async function loadModel(
  { name, path, slots, maxContextTokens }: ModelSource,
  { maxWaiting, maxOutputTokens, metrics, logger }: LoadOptions,
): Promise<ServedModel> {
  const hash = await fileHash(path)
  const engine = await startEngine({
    ...{ modelPath: path, slots, maxContextTokens, logger },
    onRestart: (kind) => metrics.engineRestarted(name, kind),
  })
  return {
    name,
    hash,
    contextTokens: engine.contextTokens,
    maxOutputTokens,
    engine,
    slots: createSlots({ slots, maxWaiting }),
  }
}
