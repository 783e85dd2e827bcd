import { Random } from './random.ts'
import {
  type Category,
  categories,
  goodSentences,
  type Item,
  modelLetters,
  newSentences,
  reasons,
  terms,
} from './vocabulary.ts'

export interface SeedListing {
  readonly id: string
  readonly title: string
  readonly description: string
  readonly category: string
  readonly condition: 'new' | 'good' | 'worn'
  readonly priceCents: number
  readonly daysListed: number
}

const listingsPerCategory = 36
const minDollars = 10
const maxDollars = 9_900

/** The same listings on every call and every machine. */
export function makeListings(): SeedListing[] {
  const random = new Random(20_261_121)
  const ids = new Set<string>()
  return categories.flatMap((category) =>
    Array.from({ length: listingsPerCategory }, () => makeListing(random, category, ids)),
  )
}

function makeListing(random: Random, category: Category, ids: Set<string>): SeedListing {
  const item = random.pick(category.items)
  const condition = random.pick(['new', 'good', 'good', 'good', 'worn', 'worn'])
  const name = `${random.pick(category.makers)} ${random.pick(modelLetters)}${random.integer(1, 9) * 10}`
  const colour = random.pick(category.colours)
  return {
    id: newId(random, ids),
    title: `${name} ${item.name}, ${colour}`,
    description: describe(random, category, item, condition),
    category: category.name,
    condition,
    priceCents: askingDollars(random, item, condition) * 100,
    daysListed: random.integer(0, 75),
  }
}

function describe(
  random: Random,
  category: Category,
  item: Item,
  condition: SeedListing['condition'],
): string {
  const state = {
    new: random.pick(newSentences),
    good: random.pick(goodSentences),
    worn: `Works, but ${random.pick(category.wear)}.`,
  }[condition]
  const what = `${capitalised(item.name)} ${random.pick(category.features)}.`
  return [what, state, random.pick(reasons), random.pick(terms)].join(' ')
}

/** Sellers round: to fives below a hundred dollars, to tens below a thousand, to fifties above. */
function askingDollars(random: Random, item: Item, condition: SeedListing['condition']): number {
  const [from, to] = item.dollars
  // Squaring leans towards the cheap end, where most things for sale are.
  const typical = from + (to - from) * random.next() ** 2
  const worth = typical * { new: 1.15, good: 1, worn: 0.6 }[condition]
  const step = worth < 100 ? 5 : worth < 1_000 ? 10 : 50
  return Math.min(maxDollars, Math.max(minDollars, Math.round(worth / step) * step))
}

function newId(random: Random, taken: Set<string>): string {
  const id = `lst_${random
    .integer(0, 36 ** 6 - 1)
    .toString(36)
    .padStart(6, '0')}`
  if (taken.has(id)) return newId(random, taken)
  taken.add(id)
  return id
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
