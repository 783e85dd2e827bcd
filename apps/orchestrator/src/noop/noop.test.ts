import { expect, test } from 'vitest'
import { playWorkflow } from '../testing/play-workflow.ts'
import { noop } from './noop.ts'

test.each([1, 2, 3, 4])('does nothing in %i nodes', async (nodes) => {
  const { result, steps } = await playWorkflow(noop, { nodes }, () => undefined)
  expect(result).toEqual({ nodes })
  expect(steps.size).toBe(nodes)
})
