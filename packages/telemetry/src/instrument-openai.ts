// The OpenAI client's spans, token usage and durations, mended in four places that its instrumentation keeps private.
// `instrumentations.test.ts` fails when one of them has moved.
import { createNoopLogger, type Span } from '@opentelemetry/api'
import { OpenAIInstrumentation } from '@opentelemetry/instrumentation-openai'
import { chatContentProvider } from './chat-content.ts'
import { markFailed } from './span-failure.ts'

interface Internals {
  readonly _modules: readonly { supportedVersions: string[] }[]
  _onChatCompletionsStreamIterator(
    chunks: AsyncIterator<unknown>,
    span: Span,
    ...rest: unknown[]
  ): AsyncGenerator<unknown>
  _startResponsesSpan(params: object, ...rest: unknown[]): unknown
}

export function createOpenAIInstrumentation(): OpenAIInstrumentation {
  const instrumentation = new OpenAIInstrumentation()
  const internals = instrumentation as unknown as Internals

  // Version 7 would be passed over in silence. What is patched there has kept its shape.
  for (const module of internals._modules) module.supportedVersions = ['>=4.19.0 <8']

  // The span of a stream that breaks, or whose reader stops, would stay open and its trace incomplete.
  const follow = internals._onChatCompletionsStreamIterator
  internals._onChatCompletionsStreamIterator = async function* (chunks, span, ...rest) {
    try {
      yield* follow.call(this, chunks, span, ...rest)
    } catch (err) {
      markFailed(span, err)
      throw err
    } finally {
      if (span.isRecording()) span.end()
    }
  }

  // Words are opt-in, by OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT. Without them each message of a chat would be
  // an empty log record, and the instructions of a response would stand on its span all the same.
  const { captureMessageContent } = instrumentation.getConfig()
  const silent = { getLogger: createNoopLogger }
  instrumentation.setLoggerProvider(captureMessageContent ? chatContentProvider : silent)
  // The SDK offers its own while it starts.
  instrumentation.setLoggerProvider = () => undefined
  if (!captureMessageContent) {
    const startSpan = internals._startResponsesSpan
    internals._startResponsesSpan = function (params, ...rest) {
      return startSpan.call(this, { ...params, instructions: undefined }, ...rest)
    }
  }
  return instrumentation
}
