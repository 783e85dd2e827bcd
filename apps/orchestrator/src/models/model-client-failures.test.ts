// Models that answer wrongly, late or not at all.
import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { answer, fail, openStream, sendChunk } from '../testing/model-peer.ts'
import { modelPeerForEachTest } from '../testing/model-peer-for-each-test.ts'

const { peer, ask } = modelPeerForEachTest()

test.each([
  ['answers 500', fail(500), 'model_unavailable'],
  ['is overloaded', fail(429), 'model_unavailable'],
  ['refuses the request', fail(400), 'model_request_refused'],
  ['answers something else than JSON', answer('weak'), 'model_answer_invalid'],
  ['answers JSON of another form', answer('{"leverage":"none"}'), 'model_answer_invalid'],
  ['adds a field', answer('{"leverage":"weak","x":1}'), 'model_answer_invalid'],
  ['runs out of tokens', answer('{"leverage":"we', 'length'), 'model_answer_invalid'],
] as const)('fails when the model %s', async (_, behaviour, code) => {
  peer.behaviour = behaviour
  await expect(ask().reply).rejects.toMatchObject({ code })
})

test.each(['Dear seller', '{"Dear seller":1}'])(
  'says what is wrong with %j without a word of it',
  async (text) => {
    peer.behaviour = answer(text)
    const failure = (await ask().reply.catch((err) => err)) as Error
    expect(failure).toMatchObject({ code: 'model_answer_invalid', cause: expect.any(Error) })
    expect(inspect(failure)).not.toContain('Dear')
  },
)

test('fails when the stream is not made of JSON', async () => {
  peer.behaviour = (response) => {
    openStream(response)
    response.end('data: {oops\n\n')
  }
  await expect(ask().reply).rejects.toMatchObject({ code: 'model_answer_invalid' })
})

test.each(['null', '{}', '{"choices":null}', '{"choices":[{}]}', '[]', '1'])(
  'fails when the stream holds %s instead of chunks',
  async (chunk) => {
    peer.behaviour = (response) => {
      openStream(response)
      response.end(`data: ${chunk}\n\ndata: [DONE]\n\n`)
    }
    await expect(ask().reply).rejects.toMatchObject({ code: expect.stringMatching(/^model_/) })
  },
)

test('fails when the stream reports an error', async () => {
  peer.behaviour = (response) => {
    openStream(response)
    sendChunk(response, { content: '{' })
    response.end('data: {"error":{"message":"inner details"}}\n\n')
  }
  await expect(ask().reply).rejects.toMatchObject({ code: 'model_unavailable' })
})

test.each(['end', 'destroy'] as const)('fails when the stream breaks off: %s', async (how) => {
  peer.behaviour = (response): void => {
    openStream(response)
    sendChunk(response, { content: '{"leverage":"weak"}' })
    setImmediate(() => response[how]())
  }
  await expect(ask().reply).rejects.toMatchObject({ code: 'model_unavailable' })
})

test('fails when the answer never ends, and hangs up', async () => {
  const hungUp = new Promise((resolve) => {
    peer.behaviour = (response) => {
      openStream(response)
      const more = setInterval(() => sendChunk(response, { content: 'x'.repeat(1_000) }), 1)
      response.on('close', () => resolve(clearInterval(more)))
    }
  })
  await expect(ask().reply).rejects.toMatchObject({ code: 'model_answer_invalid' })
  await hungUp
})

test('fails in time when the model stalls, before or within its answer', async () => {
  peer.behaviour = () => {}
  await expect(ask({ timeoutMs: 50 }).reply).rejects.toMatchObject({ code: 'model_unavailable' })
  peer.behaviour = (response) => {
    openStream(response)
    sendChunk(response, { content: '{"leverage"' })
  }
  await expect(ask({ timeoutMs: 50 }).reply).rejects.toMatchObject({ code: 'model_unavailable' })
})

test('fails when nobody listens', async () => {
  const { reply } = ask({ url: 'http://127.0.0.1:1' })
  await expect(reply).rejects.toMatchObject({ code: 'model_unavailable' })
})
