// The bounds that the semantic conventions want for GenAI servers, by their page "Generative AI metrics", 1.45.
import { expect, test } from 'vitest'
import { loadRegistry } from './load-registry.ts'

const { metrics } = loadRegistry()
const boundsOf = (name: string) => metrics.get(name)?.buckets ?? []

test('requests and first tokens are measured with the bounds of the conventions', () => {
  const doublings = Array.from({ length: 14 }, (_, power) => Number((0.01 * 2 ** power).toFixed(2)))
  expect(boundsOf('gen_ai.server.request.duration')).toEqual(doublings)
  expect(boundsOf('gen_ai.client.operation.duration')).toEqual(doublings)
  expect(boundsOf('gen_ai.server.time_to_first_token')).toEqual([
    0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
  ])
})

test('further tokens have all bounds of the conventions, and finer ones only below the first of them', () => {
  const bounds = boundsOf('gen_ai.server.time_per_output_token')
  const standard = [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5]
  expect(bounds.filter((bound) => bound >= 0.01)).toEqual(standard)
  expect(bounds.filter((bound) => bound < 0.01).length).toBeGreaterThan(0)
})
