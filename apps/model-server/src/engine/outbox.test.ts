import { setImmediate as nextTurn } from 'node:timers/promises'
import { beforeEach, expect, test } from 'vitest'
import { createOutbox, type Outbox } from './outbox.ts'

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

test('sends words along with the news of the same turn', async () => {
  outbox.send('the prompt is read')
  outbox.add('first words')
  await nextTurn()
  expect(sent).toEqual([['the prompt is read', 'first words']])
})
