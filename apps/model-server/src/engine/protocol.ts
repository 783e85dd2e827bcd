// What the server and its engine process say to each other: numbered calls one way; tokens' text and one reply back.

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
      readonly threads: number
      readonly availableBytes?: number
    }
    result: ModelFacts
  }
  tokenize: { params: Prompt; result: readonly number[] }
  prefill: {
    params: {
      readonly slot: number
      /** Empty for somebody unknown, for whom nothing is kept. */
      readonly tenant: string
      readonly tokens: readonly number[]
    }
    result: Prefilled
  }
  /** One text's vector. Fails for a model that was not made for it, and when the text leaves no room for its end token. */
  embed: { params: { readonly tokens: readonly number[] }; result: readonly number[] }
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

/** Failures that are the caller's doing. */
export type FailureCode = 'messages_refused'

export type FromEngine =
  | { readonly id: number; readonly text: string }
  | { readonly id: number; readonly result: Result<CallName> }
  | { readonly id: number; readonly failure: string; readonly code?: FailureCode }
  | { readonly stats: EngineStats }
  | { readonly log: string }
