import { expect, test } from 'vitest'
import { recordScript } from '../fixtures/record-script.ts'

const captured = { OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'true' }

test.each([
  ['chats', {}],
  ['responses', {}],
  ['chats', { OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'false' }],
])('what is said in %s stays out unless it is asked for (%o)', async (script, env) => {
  const { received } = await recordScript(script, { env })
  expect(received.spans.some(({ name }) => name.startsWith('chat '))).toBe(true)
  expect(JSON.stringify(received.requests)).not.toContain('private ')
  expect(received.logs).toEqual([])
})

test('a chat that is asked for is one event with all its answers, below the span of the chat', async () => {
  const { received } = await recordScript('chats', { env: captured })
  const chat = (name: string) => received.spans.find((span) => span.name === name)
  const answer = {
    role: 'assistant',
    parts: [{ type: 'text', content: 'private answer' }],
    finish_reason: 'stop',
  }
  const said = (model: string, answers: number) => ({
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.model': model,
    'gen_ai.input.messages': [
      { role: 'user', parts: [{ type: 'text', content: 'private words' }] },
    ],
    'gen_ai.output.messages': Array(answers).fill(answer),
  })
  expect(received.logs.map(({ spanId, attributes }) => ({ spanId, attributes }))).toEqual([
    { spanId: chat('chat whole')?.spanId, attributes: said('whole', 1) },
    { spanId: chat('chat streamed')?.spanId, attributes: said('streamed', 1) },
    { spanId: chat('chat twofold')?.spanId, attributes: said('twofold', 2) },
  ])
  const sent = JSON.stringify(received.requests)
  expect(sent).toContain('gen_ai.client.inference.operation.details')
  expect(sent).not.toContain('gen_ai.user.message')
  expect(sent).not.toContain('private key')
})

test('words that are asked for are in events, and in no span', async () => {
  for (const script of ['chats', 'responses']) {
    const { received } = await recordScript(script, { env: captured })
    const traces = received.requests.filter(({ path }) => path === '/v1/traces')
    expect(JSON.stringify(traces)).not.toContain('private words')
    expect(JSON.stringify(received.requests)).toContain('private words')
  }
})
