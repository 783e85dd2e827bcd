// The provider's models for everybody: one request at a time, whose answer serves for a while. It is no request for a
// model: that a provider has no list says nothing of how it answers, so no circuit hears of it.
import type { FastifyBaseLogger } from 'fastify'
import { type ListedModel, listModels } from './list-models.ts'
import type { Provider } from './provider.ts'

/** None when the provider does not say them in time. */
export type ModelList = () => Promise<readonly ListedModel[]>

export interface ModelListOptions {
  readonly provider: Provider
  readonly logger: FastifyBaseLogger
  readonly onList: (models: readonly ListedModel[]) => void
}

const freshMs = 5_000

export function createModelList({ provider, logger, onList }: ModelListOptions): ModelList {
  let listed: Promise<readonly ListedModel[]> | undefined
  let freshUntil = 0
  const ask = async () => {
    try {
      const models = await listModels(provider)
      onList(models)
      return models
    } catch (err) {
      logger.warn({ err }, 'provider lists no models')
      return []
    } finally {
      freshUntil = performance.now() + freshMs
    }
  }
  return () => {
    if (listed === undefined || performance.now() >= freshUntil) {
      // While it is asked, everybody waits for the same answer.
      freshUntil = Number.POSITIVE_INFINITY
      listed = ask()
    }
    return listed
  }
}
