import OpenAI from 'openai'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  completion,
  type FaultyProvider,
  refuse,
  send,
  sendJson,
  startFaultyProvider,
} from '../testing/faulty-provider.ts'
import { type Forwarder, startForwarder } from '../testing/forwarder.ts'
import { collect, startApp, turn } from '../testing/running-app.ts'

let provider: FaultyProvider
let forwarder: Forwarder | undefined
beforeEach(async () => {
  provider = await startFaultyProvider()
  provider.behave((response) => sendJson(response, 200, completion('yes')))
})
afterEach(async () => {
  await forwarder?.[Symbol.asyncDispose]()
  await provider[Symbol.asyncDispose]()
})

const asked = { ...turn, model: 'far' }
const yes = { choices: [{ message: { content: 'yes' } }] }

test('lists the models of both, and knows each by its name', async () => {
  const both = await startApp({ UPSTREAM_URL: provider.url })
  try {
    const listed = await collect(both.client.models.list())
    expect(listed.map(({ id }) => id)).toEqual(['negotiator', 'far'])
    expect(await both.client.models.retrieve('far')).toMatchObject({ owned_by: 'far away' })
    const unknown = both.client.models.retrieve('nobody')
    await expect(unknown).rejects.toBeInstanceOf(OpenAI.NotFoundError)
    await both.client.chat.completions.create(turn)
    expect(provider.requests).toEqual([])
  } finally {
    await both.close()
  }
})

test.each([
  ['is away', 'http://127.0.0.1:1'],
  ['knows no list', ''],
])('lists its own models when the provider %s', async (_, url) => {
  provider.list(send('<html>', 'text/html', 404))
  forwarder = await startForwarder({ UPSTREAM_URL: url || provider.url })
  expect(await collect(forwarder.client.models.list())).toEqual([])
})

test.each([
  ['fails', refuse(500)],
  ['is a page', send('<html>', 'text/html')],
])('a list that %s opens no circuit', async (_, behaviour) => {
  provider.list(behaviour)
  forwarder = await startForwarder({ UPSTREAM_URL: provider.url })
  for (let count = 0; count < 30; count++) await collect(forwarder.client.models.list())
  expect(await forwarder.client.chat.completions.create(asked)).toMatchObject(yes)
})

test('a crowd that waits for a slow list is one request, and takes no place of others', async () => {
  const { promise: open, resolve: release } = Promise.withResolvers<void>()
  provider.list(async (response) => {
    await open
    sendJson(response, 200, { data: [{ id: 'far' }] })
  })
  forwarder = await startForwarder({ UPSTREAM_URL: provider.url, UPSTREAM_MAX_REQUESTS: '1' })
  const { client } = forwarder
  const crowd = Array.from({ length: 20 }, () => collect(client.models.list()))
  expect(await client.chat.completions.create(asked)).toMatchObject(yes)
  release()
  const lists = await Promise.all(crowd)
  expect(new Set(lists.map((models) => models.map(({ id }) => id).join()))).toEqual(
    new Set(['far']),
  )
  expect(provider.lists).toHaveLength(1)
})
