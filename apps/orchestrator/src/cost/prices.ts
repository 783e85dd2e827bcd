// What models charge. A model that is not in the table has no known price, which is not the same as a price of nothing.
import { z } from 'zod'
import bundled from './prices.json' with { type: 'json' }

const usdPerMillionTokens = z.number().min(0).max(1_000)

export const priceFileSchema = z.strictObject({
  unit: z.literal('USD per million tokens'),
  models: z.record(
    z.string().min(1),
    z.strictObject({
      asOf: z.iso.date().describe('When somebody looked'),
      input: usdPerMillionTokens,
      output: usdPerMillionTokens,
    }),
  ),
})

/** In millionths of a millionth of a US dollar: whole numbers, so that no sum depends on its order. */
export interface Price {
  readonly inputPicoUsd: number
  readonly outputPicoUsd: number
}

export type Prices = ReadonlyMap<string, Price>

export function readPrices(file: unknown): Prices {
  const { models } = priceFileSchema.parse(file)
  return new Map(
    Object.entries(models).map(([model, { input, output }]) => [
      model,
      { inputPicoUsd: picoUsdPerToken(input), outputPicoUsd: picoUsdPerToken(output) },
    ]),
  )
}

/** Those of `prices.json`. */
export const bundledPrices = readPrices(bundled)

function picoUsdPerToken(usdPerMillion: number): number {
  return Math.round(usdPerMillion * 1_000_000)
}
