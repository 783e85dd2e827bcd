import { expect, test } from 'vitest'
import { createTurns } from './in-turn.ts'

test('begins a job when the one before it has ended, also when that fails', async () => {
  const { inTurn, over } = createTurns()
  const order: string[] = []
  const first = Promise.withResolvers<void>()
  const failing = inTurn(async () => {
    order.push('first begins')
    await first.promise
    order.push('first ends')
    throw new Error('failed')
  })
  const second = inTurn(async () => {
    order.push('second begins')
  })
  first.resolve()
  await expect(failing).rejects.toThrow('failed')
  await Promise.all([second, over()])
  expect(order).toEqual(['first begins', 'first ends', 'second begins'])
})
