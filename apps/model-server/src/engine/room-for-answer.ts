// A prompt needs something in it, and room behind it. One that has neither token nor room is refused before it is read.
import { ModelServerError } from '../errors.ts'
import type { Prompt, ReadPrompt } from './protocol.ts'

interface Context {
  readonly contextTokens: number
}

export function roomForAnswer(inputTokens: number, param: string, context: Context): number {
  refuseEmpty(inputTokens, param)
  const room = context.contextTokens - inputTokens
  if (room < 1) throw tooLong(`${inputTokens} tokens`, param, context)
  return room
}

/** Some tokenizers make nothing of blanks. The engine would not even begin to answer. */
export function refuseEmpty(inputTokens: number, param: string): void {
  if (inputTokens > 0) return
  throw new ModelServerError(
    'invalid_request',
    'The text has no tokens: this model reads nothing in it',
    { param },
  )
}

/** The field of the request that holds it. */
export function paramOf(prompt: Prompt | ReadPrompt): string {
  return 'messages' in prompt ? 'messages' : 'prompt'
}

export function tooLong(
  length: string,
  param: string,
  { contextTokens }: Context,
): ModelServerError {
  return new ModelServerError(
    'context_length_exceeded',
    `The prompt has ${length}; with an answer, ${contextTokens} tokens fit`,
    { param },
  )
}
