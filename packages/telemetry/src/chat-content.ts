// What was said in a chat, for who asks for it with OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true: one event
// for each call, with the chat before its answers, as the conventions have it. The instrumentation writes a log record for each
// message, a form that they have given up; here those are put together.
import {
  type Logger,
  type LoggerProvider,
  type LogRecord,
  logs,
  SeverityNumber,
  type Span,
  trace,
} from '@opentelemetry/api'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import { conventions } from './names.ts'

/** "Development", as of version 1.45. */
const eventName = 'gen_ai.client.inference.operation.details'

interface Message {
  readonly role: string
  readonly parts: readonly Readonly<Record<string, string>>[]
  readonly finish_reason?: string
}

/** The body of the instrumentation's record; of an answer, the message is one level down. */
interface Said {
  readonly content?: string
  readonly id?: string
  readonly tool_calls?: readonly {
    readonly id?: string
    readonly function?: { readonly name?: string; readonly arguments?: string }
  }[]
}

type Answer = { readonly message?: Said; readonly finish_reason?: string }

export const chatContentProvider: LoggerProvider = { getLogger: createChatLogger }

function createChatLogger(...scope: Parameters<LoggerProvider['getLogger']>): Logger {
  /** Of the chats under way. */
  const inputs = new WeakMap<Span, Message[]>()
  const outputs = new WeakMap<Span, Message[]>()
  return {
    enabled: () => true,
    emit(record) {
      // Asked for late: the instrumentation has its logger before the SDK has started.
      const logger = logs.getLogger(...scope)
      const span = record.context && trace.getSpan(record.context)
      const event = String(record.attributes?.['event.name'] ?? '')
      const role = /^gen_ai\.(system|user|assistant|tool)\.message$/.exec(event)?.[1]
      if (span && role) {
        const said = messageOf(role, record.body as Said)
        inputs.set(span, [...(inputs.get(span) ?? []), said])
      } else if (span && event === 'gen_ai.choice') {
        const answers = outputs.get(span)
        if (answers) return void answers.push(answerOf(record))
        const output = [answerOf(record)]
        outputs.set(span, output)
        // Several answers to one question are told one after the other, at once.
        queueMicrotask(() => logger.emit(detailsOf(record, span, inputs.get(span) ?? [], output)))
      } else logger.emit(record)
    },
  }
}

function answerOf({ body }: LogRecord): Message {
  const { message = {}, finish_reason = '' } = body as Answer
  return { ...messageOf('assistant', message), finish_reason }
}

function detailsOf(
  { context, timestamp }: LogRecord,
  span: Span,
  input: Message[],
  output: Message[],
): LogRecord {
  // One that is not recorded has none.
  const { attributes = {} } = span as Partial<ReadableSpan>
  return {
    context,
    timestamp,
    eventName,
    severityNumber: SeverityNumber.DEBUG,
    attributes: {
      [conventions.genAiOperationName]: 'chat',
      [conventions.genAiRequestModel]: attributes[conventions.genAiRequestModel],
      [conventions.genAiInputMessages]: input,
      [conventions.genAiOutputMessages]: output,
    },
  }
}

function messageOf(role: string, { content = '', id = '', tool_calls = [] }: Said): Message {
  if (role === 'tool') {
    return { role, parts: [{ type: 'tool_call_response', id, response: content }] }
  }
  const calls = tool_calls.map(({ id = '', function: called = {} }) => {
    const { name = '', arguments: given = '' } = called
    return { type: 'tool_call', id, name, arguments: given }
  })
  return { role, parts: [...(content ? [{ type: 'text', content }] : []), ...calls] }
}
