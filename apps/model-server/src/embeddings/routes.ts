import type { FastifyPluginCallback } from 'fastify'
import { callerOf } from '../completions/caller.ts'
import { requestSignal } from '../completions/request-signal.ts'
import type { CompletionRoutesOptions } from '../completions/routes.ts'
import { askModel } from '../models/ask-model.ts'
import { type Embeddings, embed } from './embed.ts'
import { type EmbeddingsRequest, parseEmbeddingsRequest } from './request.ts'

export const embeddingRoutes: FastifyPluginCallback<CompletionRoutesOptions> = (
  app,
  { models, metrics, timeoutMs, stopping },
  done,
) => {
  app.post('/v1/embeddings', async (request, reply) => {
    const startedAt = performance.now()
    const wanted = parseEmbeddingsRequest(request.body)
    const signal = requestSignal(reply, timeoutMs, stopping)
    const question = { model: wanted.model, operation: 'embeddings', startedAt, signal } as const
    return askModel(question, { models, metrics }, async (model) => {
      const embeddings = await embed(wanted.inputs, model, callerOf(request.body), signal)
      metrics.inputTokens(model.name, embeddings.inputTokens)
      return bodyOf(wanted, embeddings)
    })
  })
  done()
}

function bodyOf({ model, encoding }: EmbeddingsRequest, { vectors, inputTokens }: Embeddings) {
  return {
    object: 'list',
    model,
    data: vectors.map((vector, index) => ({
      object: 'embedding',
      index,
      embedding: encoding === 'base64' ? base64(vector) : vector,
    })),
    usage: { prompt_tokens: inputTokens, total_tokens: inputTokens },
  }
}

/** 32-bit numbers, the lowest byte first: so the official client reads them. */
function base64(vector: readonly number[]): string {
  const bytes = Buffer.alloc(4 * vector.length)
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, 4 * index)
  return bytes.toString('base64')
}
