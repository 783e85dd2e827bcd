import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  answer,
  begin,
  chunk,
  completion,
  type FaultyProvider,
  roleChunk,
  send,
  startFaultyProvider,
} from '../testing/faulty-provider.ts'
import { type Forwarder, startForwarder } from '../testing/forwarder.ts'
import { collect, turn } from '../testing/running-app.ts'

let provider: FaultyProvider
let forwarder: Forwarder
beforeEach(async () => {
  provider = await startFaultyProvider()
})
afterEach(async () => {
  await forwarder[Symbol.asyncDispose]()
  await provider[Symbol.asyncDispose]()
})

test('refuses more than so many requests at once', async () => {
  forwarder = await startForwarder({ UPSTREAM_URL: provider.url, UPSTREAM_MAX_REQUESTS: '2' })
  const { promise: open, resolve: release } = Promise.withResolvers<void>()
  const answering = send(JSON.stringify(completion('yes')), 'application/json')
  provider.behave(async (response, request) => {
    await open
    answering(response, request)
  })
  const ask = () => forwarder.post('/v1/chat/completions', { ...turn, model: 'far' })
  const first = [ask(), ask()]
  await provider.received(2)
  const refused = await ask()
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1'])
  release()
  expect((await Promise.all(first)).map(({ status }) => status)).toEqual([200, 200])
  expect((await ask()).status).toBe(200)
})

test('callers who leave in crowds leave room for others', async () => {
  forwarder = await startForwarder({ UPSTREAM_URL: provider.url })
  const { completions } = forwarder.client.chat
  const ask = () => completions.create({ ...turn, model: 'far', stream: true })
  // As many as there may be at once.
  const crowd = Array.from({ length: 64 })
  provider.behave(begin(roleChunk, chunk('hello')))
  await Promise.all(
    crowd.map(async () => {
      for await (const { choices } of await ask()) if (choices[0]?.delta.content) break
    }),
  )
  await Promise.all(provider.requests.map(({ left }) => left))
  provider.behave(answer('hello'))
  const answers = await Promise.all(crowd.map(async () => collect(await ask())))
  expect(new Set(answers.map((chunks) => chunks.length))).toEqual(new Set([5]))
})
