// What a model is given to read: a text as it stands, or a chat as its template puts it.
import { type ChatHistoryItem, JinjaTemplateChatWrapper, type LlamaModel } from 'node-llama-cpp'
import { ModelServerError } from '../errors.ts'
import type { ChatMessage, Prompt } from './protocol.ts'

export interface PromptReader {
  readonly hasChatTemplate: boolean
  /** A template may refuse what it is given: some want a user's turn after each answer, and know no system. */
  readonly tokensOf: (prompt: Prompt) => readonly number[]
}

export function createPromptReader(model: LlamaModel): PromptReader {
  const template = model.fileInfo.metadata.tokenizer?.chat_template
  const chat = template === undefined ? undefined : chatOf(model, template)
  return {
    hasChatTemplate: chat !== undefined,
    tokensOf: (prompt) => {
      if ('text' in prompt) return textTokens(model, prompt.text)
      if (chat === undefined) throw new Error('The model has no chat template')
      return promptText(chat, prompt.messages).tokenize(model.tokenizer)
    },
  }
}

function chatOf(model: LlamaModel, template: string): JinjaTemplateChatWrapper {
  return new JinjaTemplateChatWrapper({
    template,
    tokenizer: model.tokenizer,
    functionCallMessageTemplate: 'noJinja',
  })
}

/** Control tokens cannot be spelled out in a text either. */
function textTokens(model: LlamaModel, text: string): readonly number[] {
  const tokens = model.tokenize(text)
  const { bos, shouldPrependBosToken } = model.tokens
  return bos !== null && shouldPrependBosToken ? [bos, ...tokens] : tokens
}

/** Only the template's own words become control tokens; a message that spells one out stays text. */
function promptText(chat: JinjaTemplateChatWrapper, messages: readonly ChatMessage[]) {
  const history = messages.map(
    ({ role, content }): ChatHistoryItem =>
      role === 'assistant' ? { type: 'model', response: [content] } : { type: role, text: content },
  )
  const answer: ChatHistoryItem = { type: 'model', response: [] }
  try {
    return chat.generateContextState({ chatHistory: [...history, answer] }).contextText
  } catch (cause) {
    // A template's own words may quote what it was given.
    throw new ModelServerError(
      'invalid_request',
      "The model's chat template does not take these messages: it may want turns of user and assistant, or no system",
      { param: 'messages', cause },
    )
  }
}
