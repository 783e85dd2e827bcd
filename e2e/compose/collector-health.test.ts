// The collector's image holds no program that a health check could run, so that compose does not ask. This does.
import { expect, test } from 'vitest'
import { connectStack } from './stack.ts'

test('the collector says that it is healthy', async () => {
  const { collectorHealthUrl } = await connectStack()
  const answer = await fetch(collectorHealthUrl, { signal: AbortSignal.timeout(10_000) })
  expect(answer.status).toBe(200)
})
