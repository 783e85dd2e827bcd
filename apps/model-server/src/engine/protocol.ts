// What the server and its engine process say to each other: numbered calls one way; tokens' text and one reply back.

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant'
  readonly content: string
}

export interface ModelFacts {
  readonly contextTokens: number
  readonly loadMs: number
}

export interface DecodeOptions {
  readonly maxTokens: number
  readonly temperature: number
  readonly topP: number
  readonly seed?: number
  readonly stop: readonly string[]
  /** GBNF that the answer is held to. */
  readonly grammar?: string
}

export interface Prefilled {
  /** What the slot still had of the same tenant's, and need not read again. */
  readonly cachedTokens: number
  readonly durationMs: number
}

export interface Decoded {
  readonly finishReason: 'stop' | 'length'
  readonly outputTokens: number
  readonly durationMs: number
  readonly firstTokenMs: number
}

/** A slot is one of the engine's sequences. Its calls come one after the other; the server sees to that. */
export interface Calls {
  load: {
    params: {
      readonly modelPath: string
      readonly slots: number
      readonly maxContextTokens: number
    }
    result: ModelFacts
  }
  tokenize: { params: { readonly messages: readonly ChatMessage[] }; result: readonly number[] }
  prefill: {
    params: { readonly slot: number; readonly tenant: string; readonly tokens: readonly number[] }
    result: Prefilled
  }
  decode: {
    params: DecodeOptions & { readonly slot: number; readonly lastToken: number }
    result: Decoded
  }
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

export type FromEngine =
  | { readonly id: number; readonly text: string }
  | { readonly id: number; readonly result: Result<CallName> }
  | { readonly id: number; readonly failure: string }
  | { readonly log: string }
