import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { inParallel, startModelUnderTest } from './model-under-test.ts'
import { makeGames, type PlayedGame, playNegotiation } from './play-negotiations.ts'

const modelPath = fileURLToPath(new URL('../models/negotiator.gguf', import.meta.url))

test.each([
  { temperature: 0, from: 0, leastWorded: 0.95 },
  { temperature: 0.8, from: 100, leastWorded: 0.9 },
])(
  'plays 100 negotiations over our catalogue for both sides, at a temperature of $temperature',
  async ({ temperature, from, leastWorded }) => {
    await using model = await startModelUnderTest(modelPath)
    const games = await inParallel(makeGames(200, 2).slice(from, from + 100), (game) =>
      playNegotiation(model, game, { temperature }),
    )

    const turns = games.flatMap((game) => game.turns)
    const kinds = Object.groupBy(turns, ({ kind }) => kind)
    expect(turns.length).toBeGreaterThan(500)
    expect(new Set(turns.map(({ side }) => side))).toEqual(new Set(['buyer', 'seller']))
    expect(shareOf(turns, ({ valid }) => valid)).toBe(1)
    expect(shareOf(kinds.propose, ({ sensible }) => sensible === true)).toBeGreaterThanOrEqual(0.95)
    expect(shareOf(kinds.decide, ({ allowed }) => allowed)).toBeGreaterThanOrEqual(0.95)
    // Nobody corrects the wording: the hotter the model, the more of its sentences are its own.
    expect(shareOf(kinds.decide, ({ worded }) => worded === true)).toBeGreaterThan(leastWorded)

    const count = (possible: boolean, closed: boolean) =>
      games.filter((game: PlayedGame) => game.possible === possible && game.closed === closed)
        .length
    expect(count(true, true)).toBeGreaterThan(50)
    expect(count(false, false)).toBeGreaterThan(10)
    expect(count(true, false) + count(false, true)).toBe(0)
  },
)

function shareOf<Item>(items: readonly Item[] = [], isRight: (item: Item) => boolean): number {
  return items.filter(isRight).length / items.length
}
