// A model file behind the server's own API, asked as its users ask it.
import type OpenAI from 'openai'
import { z } from 'zod'
import { startApp } from '../src/testing/running-app.ts'

export interface Wish {
  readonly temperature: number
  readonly seed: number
  /** Holds the answer to its form, as the orchestrator does; without it the model is on its own. */
  readonly form?: z.ZodType
}

/** Who is asked. */
export interface Asked {
  readonly ask: (prompt: string, wish: Wish) => Promise<string>
}

export interface ModelUnderTest extends Asked, AsyncDisposable {}

export async function startModelUnderTest(modelPath: string): Promise<ModelUnderTest> {
  const { client, models, close } = await startApp({ MODEL_PATH: modelPath })
  const [model = ''] = models.names
  return {
    [Symbol.asyncDispose]: close,
    ask: async (prompt, { temperature, seed, form }) => {
      const { choices } = await client.chat.completions.create({
        ...{ model, temperature, seed },
        messages: [{ role: 'user', content: prompt }],
        ...(form !== undefined && { response_format: formatOf(form) }),
      })
      return choices[0]?.message.content ?? ''
    },
  }
}

function formatOf(form: z.ZodType): OpenAI.ResponseFormatJSONSchema {
  return { type: 'json_schema', json_schema: { name: 'answer', schema: z.toJSONSchema(form) } }
}

/** As many at a time as keep the engine busy; answers in the order of the items. */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  run: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  const left = items.entries()
  const work = async () => {
    for (const [index, item] of left) results[index] = await run(item)
  }
  await Promise.all(Array.from({ length: 4 }, work))
  return results
}
