// What everybody is asked: turns as the model was trained on, the same for the same seed.
import { seededRandom } from '../../../apps/model-server/training/random.ts'
import { analyseTurn, decideTurn, proposeTurn } from '../../../apps/model-server/training/turns.ts'

/** No answer that the model was taught is as long: it always ends by itself. */
export const maxTokens = 96

export function questions(count: number, seed: number): string[] {
  const random = seededRandom(seed)
  const makers = [analyseTurn, proposeTurn, decideTurn]
  return Array.from({ length: count }, () => random.pick(makers)(random).prompt)
}
