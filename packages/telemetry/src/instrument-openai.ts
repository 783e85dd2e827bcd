// The OpenAI client's spans, token usage and durations, mended in three places that its instrumentation keeps private.
// `instrumentations.test.ts` fails when one of them has moved.
import { createNoopLogger, type Span } from '@opentelemetry/api'
import { OpenAIInstrumentation } from '@opentelemetry/instrumentation-openai'
import { markFailed } from './span-failure.ts'

interface Internals {
  readonly _modules: readonly { supportedVersions: string[] }[]
  _onChatCompletionsStreamIterator(
    chunks: AsyncIterator<unknown>,
    span: Span,
    ...rest: unknown[]
  ): AsyncGenerator<unknown>
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

  // Each message of a chat is a log record, too; without its words, which are opt-in, an empty one.
  if (!instrumentation.getConfig().captureMessageContent) {
    instrumentation.setLoggerProvider({ getLogger: createNoopLogger })
    // The SDK offers its own while it starts.
    instrumentation.setLoggerProvider = () => undefined
  }
  return instrumentation
}
