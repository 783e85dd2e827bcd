import { createHash } from 'node:crypto'

/** The same order for the same seed. */
export function shuffle<Name extends string>(names: readonly Name[], seed: string): Name[] {
  const rank = (name: Name) => createHash('sha256').update(`${seed} ${name}`).digest('hex')
  return names.toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1))
}
