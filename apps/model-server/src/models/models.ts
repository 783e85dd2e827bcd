// The catalogue of local models. The first is the default and is loaded at the start, the others at the first request
// for them; whoever asks meanwhile shares that load.
import { ModelServerError } from '../errors.ts'
import { type LoadOptions, loadModel, type ModelSource, type ServedModel } from './served-model.ts'

export interface ModelSummary {
  readonly name: string
  /** Unix seconds. */
  readonly createdAt: number
  readonly loaded: boolean
}

export interface Models {
  readonly names: readonly string[]
  readonly list: () => readonly ModelSummary[]
  /** Fails with `model_not_found`, and with `model_unavailable` when the model cannot be loaded. */
  readonly get: (name: string, signal: AbortSignal) => Promise<ServedModel>
  /** Those that are loaded; the default one, if there is any, is the first. */
  readonly loaded: () => readonly ServedModel[]
  readonly close: () => Promise<void>
}

/** Rejects when the default model cannot be loaded. */
export async function startModels(
  sources: readonly ModelSource[],
  options: LoadOptions,
): Promise<Models> {
  const createdAt = Math.floor(Date.now() / 1_000)
  const loads = new Map<string, Promise<ServedModel>>()
  const loaded = new Map<string, ServedModel>()

  const load = async (source: ModelSource) => {
    const model = await loadModel(source, options)
    loaded.set(source.name, model)
    return model
  }
  const get: Models['get'] = async (name, signal) => {
    signal.throwIfAborted()
    const source = sources.find((candidate) => candidate.name === name)
    if (source === undefined) throw notFound(name)
    const loading = loads.get(name) ?? load(source)
    loads.set(name, loading)
    return loading
  }

  const [first] = sources
  if (first !== undefined) await get(first.name, AbortSignal.any([]))
  return {
    names: sources.map(({ name }) => name),
    list: () => sources.map(({ name }) => ({ name, createdAt, loaded: loaded.has(name) })),
    get,
    loaded: () => [...loaded.values()],
    close: async () => {
      await Promise.all([...loaded.values()].map(({ engine }) => engine.close()))
    },
  }
}

export function notFound(name: string): ModelServerError {
  return new ModelServerError('model_not_found', `There is no model '${name}' here`, {
    param: 'model',
  })
}
