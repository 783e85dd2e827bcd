// A real second server, reached under the names of strangers and of our own.
import { expect, test } from 'vitest'
import { recordScript } from '../../fixtures/record-script.ts'

const context = ['baggage', 'traceparent']
const hosts = ['127.0.0.1', 'model-server', 'partner.example', 'api.allowed.example']

async function contextSent(env: Record<string, string> = {}) {
  const { received, stdout } = await recordScript('outgoing', { args: hosts, env })
  return { received, sent: JSON.parse(stdout) as Record<string, string[]> }
}

test('outgoing calls to hosts outside the system carry no trace context unless allowed', async () => {
  const { received, sent } = await contextSent({ TRACE_CONTEXT_HOSTS: '*.allowed.example' })
  for (const host of ['127.0.0.1', 'model-server', 'api.allowed.example']) {
    expect(sent[`${host}/fetch`]).toEqual(context)
    expect(sent[`${host}/openai/chat/completions`]).toEqual(expect.arrayContaining(context))
  }
  expect(sent['partner.example/fetch']).toEqual([])
  const chat = sent['partner.example/openai/chat/completions'] ?? context
  expect(chat.filter((name) => !name.startsWith('x-'))).toEqual([])
  // They are calls of ours all the same, and seen as such.
  const outside = received.spans.filter(
    ({ attributes }) => attributes['server.address'] === 'partner.example',
  )
  expect(outside.map(({ kind }) => kind)).toEqual(Array(5).fill('CLIENT'))
})

test('the path of a call to a host outside is nowhere, for tokens are in it', async () => {
  const { received, sent } = await contextSent()
  expect(sent).toHaveProperty(['partner.example/redirected'])
  expect(JSON.stringify(received.requests)).not.toContain('/redirected')
  const urls = (address: string) =>
    received.spans
      .filter(({ attributes }) => attributes['server.address'] === address)
      .filter(({ attributes }) => 'url.full' in attributes)
      .map(({ attributes }) => [
        new URL(`${attributes['url.full']}`).pathname,
        attributes['url.path'],
      ])
  expect(urls('partner.example')).toEqual(Array(4).fill(['/REDACTED', undefined]))
  expect(urls('model-server')).toContainEqual(['/by-hand', '/by-hand'])
})

test('a host outside gets none from the hands of the app or by a redirect, but everything else', async () => {
  const { sent } = await contextSent()
  expect(sent['partner.example/by-hand']).toEqual(['x-own'])
  expect(sent['partner.example/redirected']).toEqual(['x-to'])
  expect(sent['api.allowed.example/fetch']).toEqual([])
})
