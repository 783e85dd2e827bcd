// All turns that the model learns from, and those that it is judged by: the same for the same seed.
import { type Random, seededRandom } from './random.ts'
import { analyseTurn, decideTurn, proposeTurn, type Turn } from './turns.ts'

const makers: readonly [count: number, make: (random: Random) => Turn][] = [
  [6_000, analyseTurn],
  [24_000, proposeTurn],
  [32_000, decideTurn],
]
const heldOutOfEach = 150

export interface Dataset {
  readonly training: readonly Turn[]
  /** None of their prompts is in the training data. */
  readonly heldOut: readonly Turn[]
}

export function makeDataset(seed: number): Dataset {
  const random = seededRandom(seed)
  const training = makers.flatMap(([count, make]) =>
    Array.from({ length: count }, () => make(random)),
  )
  const seen = new Set(training.map(({ prompt }) => prompt))
  // Few analyse prompts exist: those with a made-up category that no training turn has are held out.
  const heldOut = makers.flatMap(([, make]) => unseen(() => make(random), seen))
  return { training, heldOut }
}

function unseen(make: () => Turn, seen: ReadonlySet<string>): Turn[] {
  const turns: Turn[] = []
  for (let tries = 0; turns.length < heldOutOfEach && tries < heldOutOfEach * 1_000; tries++) {
    const turn = make()
    if (!seen.has(turn.prompt) && turn.forced === undefined) turns.push(turn)
  }
  return turns
}

/** The same question with nothing computed for it. */
export function withoutHints(prompt: string): string {
  return prompt.replaceAll(/ (gap:[a-z]+|step:[0-9]+)/g, '')
}
