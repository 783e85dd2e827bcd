import type { Random } from './random.ts'

/** A category as a prompt may name it: usually a common one, sometimes a word the model cannot know. */
export function categoryName(random: Random): string {
  if (random.next() < 0.7) return random.pick(commonCategories)
  const syllables = Array.from({ length: random.integer(2, 4) }, () => random.pick(madeUpSyllables))
  return syllables.join('')
}

const commonCategories = [
  'audio',
  'bicycles',
  'bikes',
  'books',
  'cameras',
  'clothing',
  'computers',
  'electronics',
  'furniture',
  'games',
  'garden',
  'home',
  'instruments',
  'jewellery',
  'kitchen',
  'laptops',
  'music',
  'outdoor',
  'phones',
  'photography',
  'sports',
  'toys',
  'tools',
  'watches',
] as const

const madeUpSyllables = [
  ...['ba', 'co', 'de', 'fi', 'gra', 'hu', 'jo', 'ki', 'lo', 'mu', 'ne', 'po', 'que', 'ra'],
  ...['sto', 'ti', 'u', 'vel', 'wi', 'xa', 'yo', 'zen', '-', 'ing', 'er', 's'],
] as const
