import { expect, test } from 'vitest'
import { createRestartPause } from './restart-pause.ts'

test('waits twice as long each time that an engine dies young, up to five seconds', () => {
  const { nextMs, died } = createRestartPause()
  const pauses = Array.from({ length: 9 }, () => {
    died(1_000)
    return nextMs()
  })
  expect(pauses).toEqual([50, 100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000])
})

test('begins anew after an engine that lived for a while', () => {
  const { nextMs, died } = createRestartPause()
  for (let restart = 0; restart < 5; restart++) nextMs()
  died(10_000)
  expect(nextMs()).toBe(50)
})
