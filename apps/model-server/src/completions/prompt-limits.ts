// What can be asked of a model, and what is too long at first sight: refused before the engine has worked on it.
import type { Prompt } from '../engine/protocol.ts'
import { tooLong } from '../engine/room-for-answer.ts'
import { ModelServerError } from '../errors.ts'
import type { ServedModel } from '../models/served-model.ts'

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

export function textsOf(prompt: Prompt): readonly string[] {
  return 'text' in prompt ? [prompt.text] : prompt.messages.map(({ content }) => content)
}
