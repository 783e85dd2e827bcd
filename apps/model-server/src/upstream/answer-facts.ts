// What is kept of an answer that passes through: counts and ends, for telemetry. No word of it.
import type { AnswerShape, Choice } from './operations.ts'

export interface AnswerFacts {
  id?: string
  model?: string
  inputTokens?: number
  outputTokens?: number
  /** Of each choice that has ended, by its index. */
  readonly finishReasons: Map<number, string>
  /** Of choices that have begun. */
  readonly begun: Set<number>
}

export function noFacts(): AnswerFacts {
  return { finishReasons: new Map(), begun: new Set() }
}

export function addFacts(facts: AnswerFacts, { id, model, usage, choices = [] }: AnswerShape) {
  if (id !== undefined) facts.id = id
  if (model !== undefined) facts.model = model
  if (usage?.prompt_tokens !== undefined) facts.inputTokens = usage.prompt_tokens
  if (usage?.completion_tokens !== undefined) facts.outputTokens = usage.completion_tokens
  for (const { index = 0, finish_reason: reason } of choices) {
    facts.begun.add(index)
    if (reason != null) facts.finishReasons.set(index, known.has(reason) ? reason : 'other')
  }
}

/** Of OpenAI's API. The word is the provider's, and goes on as it is; what is kept of it is one of these. */
const known = new Set(['stop', 'length', 'tool_calls', 'content_filter', 'function_call'])

export function hasEnded({ finishReasons, begun }: AnswerFacts): boolean {
  return begun.size > 0 && finishReasons.size === begun.size
}

/** A chunk that only names the role, or counts tokens, is none of the answer. */
export function saysSomething({ choices = [] }: AnswerShape): boolean {
  return choices.some(
    ({ finish_reason, text, delta }: Choice) =>
      finish_reason != null || Boolean(text) || Object.entries(delta ?? {}).some(isSaid),
  )
}

function isSaid([name, value]: [string, unknown]): boolean {
  return name !== 'role' && value !== null && value !== '' && !(Array.isArray(value) && !value[0])
}
