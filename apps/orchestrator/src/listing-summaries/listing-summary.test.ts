import { expect, test } from 'vitest'
import { bicycle } from '../testing/listing-facts.ts'
import { playWorkflow } from '../testing/play-workflow.ts'
import { listingSummary } from './listing-summary.ts'

const summarise = async (facts = {}, leverage = 'strong') =>
  (await playWorkflow(listingSummary, { listing: { ...bicycle, ...facts } }, () => ({ leverage })))
    .result

test('says what a buyer should know: plain facts, and the model’s judgement', async () => {
  expect(await summarise()).toEqual({
    summary:
      'Gravel bike: in good condition in bikes, listed 12 days ago for $450. The seller should be glad of a serious offer.',
    leverage: 'strong',
    model: 'tiny',
  })
})

test.each([
  [{ daysListed: 0 }, 'listed today'],
  [{ daysListed: 1 }, 'listed yesterday'],
  [{ condition: 'worn' }, 'worn in bikes'],
  [{ priceCents: 45_050 }, 'for $450.50'],
])('%j is told as %j', async (facts, words) => {
  expect((await summarise(facts)).summary).toContain(words)
})

test('a title of any length fits, and is not cut within a character', async () => {
  const { summary } = await summarise({ title: `${'x'.repeat(199)}🚲🚲` })
  expect(summary.length).toBeLessThan(400)
  expect(summary.isWellFormed()).toBe(true)
})
