import { categories } from '../../core/src/seed/vocabulary.ts'
import type { Random } from './random.ts'

/** A category as a prompt may name it: usually one of our catalogue, sometimes a word the model cannot know. */
export function categoryName(random: Random): string {
  if (random.next() < 0.6) return random.pick(categories).name
  const syllables = Array.from({ length: random.integer(2, 4) }, () => random.pick(madeUpSyllables))
  return syllables.join('')
}

const madeUpSyllables = [
  ...['ba', 'co', 'de', 'fi', 'gra', 'hu', 'jo', 'ki', 'lo', 'mu', 'ne', 'po', 'que', 'ra'],
  ...['sto', 'ti', 'u', 'vel', 'wi', 'xa', 'yo', 'zen', '-', 'ing', 'er', 's'],
] as const
