// OpenAI's embeddings request, as far as it is understood here.
import { z } from 'zod'
import { type NeutralValues, parseBody } from '../completions/request.ts'

export interface EmbeddingsRequest {
  readonly model: string
  readonly inputs: readonly string[]
  readonly encoding: 'float' | 'base64'
}

const maxInputs = 256

export function parseEmbeddingsRequest(body: unknown): EmbeddingsRequest {
  const { model, input, encoding_format } = parseBody(bodySchema, body, neutralValues)
  return { model, inputs: [input].flat(), encoding: encoding_format ?? 'float' }
}

const textSchema = z.string().min(1)

const bodySchema = z.object({
  model: z.string().min(1).max(256),
  input: z.union([textSchema, z.array(textSchema).min(1).max(maxInputs)], {
    error: `must be a text, or a list of 1 to ${maxInputs}, that is not empty`,
  }),
  encoding_format: z.enum(['float', 'base64']).nullish(),
})

const neutralValues: NeutralValues = {
  // A vector cut short is another vector, unless its model was trained for that; no file says so.
  dimensions: () => false,
}
