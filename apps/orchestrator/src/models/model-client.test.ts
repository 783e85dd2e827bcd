import { expect, test } from 'vitest'
import { answer, openStream, sendChunk } from '../testing/model-peer.ts'
import { modelPeerForEachTest } from '../testing/model-peer-for-each-test.ts'

const { peer, ask } = modelPeerForEachTest()

test('asks for exactly the form it will accept, and streams', async () => {
  peer.behaviour = answer('{"leverage":"weak"}')
  await ask().reply
  expect(peer.requests[0]?.body).toEqual({
    model: 'tiny',
    user: 'demo',
    messages: [{ role: 'user', content: 'analyse category:cameras' }],
    stream: true,
    stream_options: { include_usage: true },
    temperature: 0,
    max_tokens: 256,
    response_format: {
      type: 'json_schema',
      json_schema: {
        name: 'analyse',
        strict: true,
        schema: {
          type: 'object',
          properties: { leverage: { type: 'string', enum: ['weak', 'strong'] } },
          required: ['leverage'],
          additionalProperties: false,
        },
      },
    },
  })
})

test('returns the checked answer, and the tokens on the way', async () => {
  peer.behaviour = answer('{"leverage":"weak"}')
  const { reply, tokens } = ask()
  expect(await reply).toEqual({ leverage: 'weak' })
  expect(tokens.length).toBeGreaterThan(1)
  expect(tokens.join('')).toBe('{"leverage":"weak"}')
})

test.each([
  ['lease_lost', 'lease_lost'],
  ['draining', 'draining'],
])('stops at once when the task is told to: %s', async (reason, code) => {
  const controller = new AbortController()
  peer.behaviour = (response) => {
    openStream(response)
    sendChunk(response, { content: '{' })
    setImmediate(() => controller.abort(reason))
  }
  await expect(ask({ signal: controller.signal }).reply).rejects.toMatchObject({ code })
})
