// What the server and its engine process say to each other: numbered calls one way; what becomes of them, and one reply
// to each, the other way.
import type { ModelServerError } from '../errors.ts'

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant'
  readonly content: string
}

export interface ModelFacts {
  readonly contextTokens: number
  readonly hasChatTemplate: boolean
  /** Made to turn texts into vectors. */
  readonly embeds: boolean
  readonly loadMs: number
}

/** What an engine holds. A cell of its KV cache keeps one token that it has read or written. */
export interface EngineStats {
  readonly rssBytes: number
  readonly kvCellsUsed: number
  readonly kvCells: number
}

/** Messages go through the model's chat template; text is continued as it stands. */
export type Prompt = { readonly messages: readonly ChatMessage[] } | { readonly text: string }

/** One that has been made into tokens already. */
export interface ReadPrompt {
  readonly tokens: readonly number[]
}

/** How many seeds there are, from 0 on. The next number, the highest of 32 bits, is llama.cpp's word for any seed. */
export const seedCount = 2 ** 32 - 1

export interface AnswerOptions {
  readonly prompt: Prompt | ReadPrompt
  /** Empty for somebody unknown, for whom nothing is kept. */
  readonly tenant: string
  /** Fewer, if the context is full before. */
  readonly maxTokens: number
  readonly temperature: number
  readonly topP: number
  /** Without one, each answer has another. */
  readonly seed?: number
  readonly stop: readonly string[]
  /** GBNF that the answer is held to. */
  readonly grammar?: string
}

export interface Prefilled {
  readonly inputTokens: number
  /** What the slot still had of the same tenant's, and need not read again. */
  readonly cachedTokens: number
  /** Until there is the first token of the answer, which comes of the same evaluation as the prompt's last. */
  readonly durationMs: number
}

export interface Decoded {
  readonly finishReason: 'stop' | 'length'
  readonly outputTokens: number
  /** From the first token to the last that counts; what ends the answer is none of it. */
  readonly durationMs: number
}

export interface Calls {
  load: {
    params: {
      readonly modelPath: string
      readonly slots: number
      readonly maxContextTokens: number
      readonly threads: number
      readonly availableBytes?: number
    }
    result: ModelFacts
  }
  tokenize: { params: Prompt; result: readonly number[] }
  /** Says in between that the prompt is read, and then the text as it comes. The server asks no more than slots at once. */
  answer: { params: AnswerOptions; result: Decoded }
  /** One text's vector. Fails for a model that was not made for it, and when the text leaves no room for its end token. */
  embed: { params: { readonly tokens: readonly number[] }; result: readonly number[] }
}

export type CallName = keyof Calls
export type Params<Name extends CallName> = Calls[Name]['params']
export type Result<Name extends CallName> = Calls[Name]['result']

export type ToEngine =
  | {
      [Name in CallName]: {
        readonly id: number
        readonly call: Name
        readonly params: Params<Name>
      }
    }[CallName]
  | { readonly id: number; readonly call: 'cancel' }

/** A failure that is the caller's doing, and is told to the caller. */
export type CallerFault = Pick<ModelServerError, 'code' | 'param'>

/** A piece of the answer, and how many tokens it has come to: all that is known of one that ends early. */
export interface Written {
  readonly text: string
  readonly outputTokens: number
}

export type Progress = { readonly prefilled: Prefilled } | Written

export type FromEngine =
  | ({ readonly id: number } & Progress)
  | { readonly id: number; readonly result: Result<CallName> }
  | { readonly id: number; readonly failure: string; readonly fault?: CallerFault }
  | { readonly stats: EngineStats }
  | { readonly log: string }
