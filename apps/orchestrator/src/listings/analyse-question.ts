import {
  analyseAnswerSchema,
  analysePrompt,
  type Leverage,
  type ListingFacts,
} from '@throughline/contracts'
import type { Question } from '../models/model-client.ts'

/** How strong would a buyer be? Every workflow asks that first, of exactly the facts that the model was trained on. */
export function analyseQuestion(listing: ListingFacts): Question<{ leverage: Leverage }> {
  const { category, condition, daysListed } = listing
  const prompt = analysePrompt({ side: 'buyer', category, condition, daysListed })
  return { name: 'analyse', prompt, answer: analyseAnswerSchema }
}
