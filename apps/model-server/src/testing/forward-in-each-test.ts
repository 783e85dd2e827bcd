// A provider that behaves as a test says, and a forwarder before it: both new for each test of a file.
import { afterEach, beforeEach } from 'vitest'
import { type FaultyProvider, startFaultyProvider } from './faulty-provider.ts'
import { type Forwarder, startForwarder } from './forwarder.ts'

/** What callers ask for, of a model that only the provider can have. */
export const asked = { model: 'far', messages: [{ role: 'user' as const, content: 'hello' }] }

export function forwardInEachTest(env: Readonly<Record<string, string>> = {}) {
  let provider: FaultyProvider
  let forwarder: Forwarder
  beforeEach(async () => {
    provider = await startFaultyProvider()
    forwarder = await startForwarder({ UPSTREAM_URL: provider.url, ...env })
  })
  afterEach(async () => {
    await forwarder[Symbol.asyncDispose]()
    await provider[Symbol.asyncDispose]()
  })
  return {
    get provider() {
      return provider
    },
    get forwarder() {
      return forwarder
    },
    whole: () => forwarder.client.chat.completions.create(asked),
    streamed: () => forwarder.client.chat.completions.create({ ...asked, stream: true }),
  }
}
