import { z } from 'zod'
import { invalid, parseJson } from './checked.ts'
import { createPatience } from './patience.ts'
import type { Provider } from './provider.ts'
import { readRefusal } from './provider-refusal.ts'
import { readText } from './read-text.ts'

/** The local models are listed without the provider's when it takes longer. */
const timeoutMs = 2_000
const maxListBytes = 1024 * 1024

/** With whatever else the provider says of it. */
export type ListedModel = z.infer<typeof listSchema>['data'][number]

const listSchema = z.object({ data: z.array(z.looseObject({ id: z.string().min(1).max(256) })) })

export async function listModels(provider: Provider): Promise<readonly ListedModel[]> {
  const patience = createPatience(AbortSignal.timeout(timeoutMs))
  try {
    const response = await provider.send({ path: '/models' }, patience.signal)
    if (response.status !== 200) throw await readRefusal(response)
    const text = await readText(response.body, { maxBytes: maxListBytes })
    const parsed = listSchema.safeParse(parseJson(text ?? ''))
    if (!parsed.success) throw invalid('The provider sent something else than its models')
    return parsed.data.data
  } finally {
    patience.end()
  }
}
