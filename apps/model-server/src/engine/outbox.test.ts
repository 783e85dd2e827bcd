import { setImmediate as nextTurn } from 'node:timers/promises'
import { beforeEach, expect, test } from 'vitest'
import { createOutbox, type Outbox, tell } from './outbox.ts'
import type { FromEngine } from './protocol.ts'

let sent: (readonly string[])[]
let outbox: Outbox<string>
beforeEach(() => {
  sent = []
  outbox = createOutbox((messages) => sent.push(messages))
})

test('sends what is said within one turn as one message', async () => {
  outbox.send('one')
  outbox.send('two')
  expect(sent).toEqual([])
  await nextTurn()
  outbox.send('three')
  await nextTurn()
  expect(sent).toEqual([['one', 'two'], ['three']])
})

test('keeps words until the next evaluation has begun', async () => {
  outbox.add('one')
  await nextTurn()
  outbox.add('two')
  await nextTurn()
  expect(sent).toEqual([])
  outbox.evaluationBegins()
  await nextTurn()
  expect(sent).toEqual([['one', 'two']])
})

test('sends words before the reply that ends them, which waits for no evaluation', async () => {
  outbox.add('words')
  outbox.send('reply')
  await nextTurn()
  outbox.evaluationBegins()
  await nextTurn()
  expect(sent).toEqual([['words', 'reply']])
})

test("an answer's first words wait for no evaluation, the others for the next one", async () => {
  const messages: FromEngine[] = []
  const answers = createOutbox<FromEngine>((some) => messages.push(...some))
  const prefilled = { inputTokens: 18, cachedTokens: 0, durationMs: 3 }
  tell(answers, 7, { prefilled })
  tell(answers, 7, { text: 'first', outputTokens: 1 })
  await nextTurn()
  tell(answers, 7, { text: 'second', outputTokens: 2 })
  await nextTurn()
  expect(messages).toEqual([
    { id: 7, prefilled },
    { id: 7, text: 'first', outputTokens: 1 },
  ])
  answers.evaluationBegins()
  await nextTurn()
  expect(messages.at(-1)).toEqual({ id: 7, text: 'second', outputTokens: 2 })
})
