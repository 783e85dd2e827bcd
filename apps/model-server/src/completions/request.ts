// What requests for completions have in common. Unknown fields are ignored; known ones that would change the answer, and
// cannot be obeyed, are refused by name.
import { z } from 'zod'
import { type Prompt, seedCount } from '../engine/protocol.ts'
import { ModelServerError } from '../errors.ts'

export interface CompletionRequest {
  readonly operation: 'chat' | 'text_completion'
  readonly model: string
  readonly prompt: Prompt
  readonly stream: boolean
  readonly includeUsage: boolean
  readonly maxTokens: number | undefined
  readonly temperature: number
  readonly topP: number
  readonly seed: number | undefined
  readonly stop: readonly string[]
  readonly grammar: string | undefined
}

export const tokenCountSchema = z.number().int().min(1).max(1_000_000)

const stopSchema = z.string().min(1).max(128)

export const commonFields = {
  model: z.string().min(1).max(256),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().gt(0).max(1).nullish(),
  seed: z.number().int().nullish(),
  stop: z.union([stopSchema, z.array(stopSchema).max(4)]).nullish(),
}

const commonSchema = z.object(commonFields)

export function commonPart(data: z.infer<typeof commonSchema>) {
  return {
    model: data.model,
    stream: data.stream ?? false,
    includeUsage: data.stream_options?.include_usage ?? false,
    temperature: data.temperature ?? 1,
    topP: data.top_p ?? 1,
    // The API takes any number, and each has to give the same answer again.
    seed: data.seed == null ? undefined : ((data.seed % seedCount) + seedCount) % seedCount,
    stop: [data.stop ?? []].flat(),
  }
}

/** What an unsupported field may be, because it then changes nothing. `undefined` and `null` always may. */
export type NeutralValues = Readonly<Record<string, (value: unknown) => boolean>>

export const commonNeutralValues: NeutralValues = {
  frequency_penalty: (value) => value === 0,
  logit_bias: isEmpty,
  n: (value) => value === 1,
  presence_penalty: (value) => value === 0,
}

export function parseBody<Schema extends z.ZodType>(
  schema: Schema,
  body: unknown,
  neutralValues: NeutralValues,
): z.infer<Schema> {
  const parsed = schema.safeParse(body)
  if (!parsed.success) throw invalid(parsed.error)
  for (const [name, isNeutral] of Object.entries(neutralValues)) {
    const value = (body as Record<string, unknown>)[name]
    if (value !== undefined && value !== null && !isNeutral(value)) throw unsupported(name)
  }
  return parsed.data
}

export function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}

function unsupported(param: string): ModelServerError {
  return new ModelServerError('unsupported_value', `'${param}' is not supported here`, { param })
}

function invalid(error: z.ZodError): ModelServerError {
  const [issue] = error.issues
  const param = issue?.path.join('.') || undefined
  const message = issue?.message ?? 'The request is not valid'
  return new ModelServerError('invalid_request', param ? `${param}: ${message}` : message, {
    ...(param !== undefined && { param }),
  })
}
