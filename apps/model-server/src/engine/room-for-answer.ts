// A prompt needs room behind it. One that leaves none is refused with the numbers, before any of it is read.
import { ModelServerError } from '../errors.ts'
import type { Prompt, ReadPrompt } from './protocol.ts'

interface Context {
  readonly contextTokens: number
}

export function roomForAnswer(inputTokens: number, param: string, context: Context): number {
  const room = context.contextTokens - inputTokens
  if (room < 1) throw tooLong(`${inputTokens} tokens`, param, context)
  return room
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
