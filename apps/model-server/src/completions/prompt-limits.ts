// What of a model can be asked of it, and how much fits: refused with the numbers, before the engine has worked on it.
import type { Prompt } from '../engine/protocol.ts'
import { ModelServerError } from '../errors.ts'
import type { ServedModel } from '../models/served-model.ts'
import type { CompletionRequest } from './request.ts'

/** Text has three to five; over a whole prompt, only blanks come near this. */
const maxCharactersPerToken = 16

export function refuseMisuse(prompt: Prompt, { name, engine }: ServedModel): void {
  if (engine.embeds) {
    throw misuse(`The model '${name}' makes vectors of text, at /v1/embeddings, and writes none`)
  }
  // A model that was taught to continue text has no words for who says what.
  if ('messages' in prompt && !engine.hasChatTemplate) {
    throw misuse(`The model '${name}' has no chat template: it completes text, at /v1/completions`)
  }
}

export function misuse(message: string): ModelServerError {
  return new ModelServerError('unsupported_value', message, { param: 'model' })
}

/** Before the engine sees it: its one thread would go through a huge prompt only to find that it is one. */
export function refuseOverlong(texts: readonly string[], param: string, model: ServedModel): void {
  const characters = texts.reduce((sum, text) => sum + text.length, 0)
  if (characters <= model.contextTokens * maxCharactersPerToken) return
  throw tooLong(`${characters} characters`, param, model)
}

export function roomForAnswer(
  { prompt, maxTokens }: CompletionRequest,
  inputTokens: number,
  model: ServedModel,
): number {
  const { contextTokens, maxOutputTokens } = model
  const room = contextTokens - inputTokens
  if (room < 1) throw tooLong(`${inputTokens} tokens`, paramOf(prompt), model)
  return Math.min(maxTokens ?? maxOutputTokens, maxOutputTokens, room)
}

export function textsOf(prompt: Prompt): readonly string[] {
  return 'text' in prompt ? [prompt.text] : prompt.messages.map(({ content }) => content)
}

/** The field that holds it. */
export function paramOf(prompt: Prompt): string {
  return 'text' in prompt ? 'prompt' : 'messages'
}

export function tooLong(
  length: string,
  param: string,
  { contextTokens }: ServedModel,
): ModelServerError {
  return new ModelServerError(
    'context_length_exceeded',
    `The prompt has ${length}; with an answer, ${contextTokens} tokens fit`,
    { param },
  )
}
