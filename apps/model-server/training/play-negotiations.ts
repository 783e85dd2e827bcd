// Negotiations over our own catalogue, played by the workflow of the orchestrator, its policy and its seller. The model
// speaks for both sides, without a grammar; what it says is judged before anybody corrects it.
import {
  analysePrompt,
  decidePrompt,
  type Leverage,
  type ListingFacts,
  leverages,
  type Position,
  proposePrompt,
  tones,
} from '@throughline/contracts'
import { z } from 'zod'
import { makeListings } from '../../core/src/seed/make-listings.ts'
import type { Question } from '../../orchestrator/src/models/model-client.ts'
import { negotiation } from '../../orchestrator/src/negotiations/negotiation.ts'
import type { PolicyDecision } from '../../orchestrator/src/negotiations/policy.ts'
import {
  lowestAcceptedCents,
  type SellersAnswer,
} from '../../orchestrator/src/negotiations/seller.ts'
import { playWorkflow } from '../../orchestrator/src/testing/play-workflow.ts'
import { type Judgement, judgeAnswer, type Kind } from './judge-answer.ts'
import type { Asked } from './model-under-test.ts'
import { seededRandom } from './random.ts'

export interface Game {
  readonly listing: ListingFacts
  readonly budgetCents: number
  readonly seed: number
}

export interface PlayedTurn extends Judgement {
  readonly side: Position['side']
  /** What the policy, or the seller's arithmetic, would have let pass as it is. */
  readonly allowed: boolean
}

export interface PlayedGame {
  readonly possible: boolean
  readonly closed: boolean
  readonly turns: readonly PlayedTurn[]
}

/** Every third listing costs ten times as much: prices of five digits. About three in four deals are possible. */
export function makeGames(count: number, seed: number): Game[] {
  const random = seededRandom(seed)
  const listings = makeListings()
  return Array.from({ length: count }, (_, index) => {
    const { description: _description, ...facts } = random.pick(listings)
    const priceCents = facts.priceCents * (index % 3 === 0 ? 10 : 1)
    const share = 0.5 + 0.7 * Math.sqrt(random.next())
    const budgetCents = Math.max(100, Math.round((priceCents * share) / 100) * 100)
    return { listing: { ...facts, priceCents }, budgetCents, seed: random.integer(1, 1e9) }
  })
}

export async function playNegotiation(
  { ask }: Asked,
  { listing, budgetCents, seed }: Game,
  { temperature }: { readonly temperature: number },
): Promise<PlayedGame> {
  const random = seededRandom(seed)
  const turns: PlayedTurn[] = []
  const judge = async (side: Position['side'], kind: Kind, prompt: string) => {
    const text = await ask(prompt, { temperature, seed: random.integer(1, 1e9) })
    return { ...judgeAnswer(kind, prompt, text), side }
  }

  const speakForBuyer = async ({ name, prompt, answer }: Question<unknown>) => {
    const judged = await judge('buyer', kindSchema.parse(name), prompt)
    const { success: allowed } = answer.safeParse(judged.answer)
    turns.push({ ...judged, allowed })
    if (allowed) return judged.answer
    const wish = { temperature, seed: random.integer(1, 1e9), form: answer }
    return JSON.parse(await ask(prompt, wish))
  }

  const judgeForSeller = async () => {
    const judged = await judge('seller', 'analyse', analysePrompt({ side: 'seller', ...listing }))
    turns.push({ ...judged, allowed: judged.valid })
    return z.enum(leverages).catch('fair').parse(judged.answer.leverage)
  }

  const speakForSeller = async (
    leverage: Leverage,
    { round, askCents, priceCents: offerCents }: PolicyDecision,
    { accepted, askCents: counterCents }: SellersAnswer,
  ) => {
    const position: Position = {
      ...{ side: 'seller', round },
      askDollars: askCents / 100,
      offerDollars: offerCents / 100,
      limitDollars: lowestAcceptedCents(listing) / 100,
    }
    const proposed = await judge('seller', 'propose', proposePrompt({ ...position, leverage }))
    turns.push({ ...proposed, allowed: proposed.sensible === true })
    // Its numbers are the arithmetic's.
    const priceDollars = (accepted ? offerCents : counterCents) / 100
    const tone = z.enum(tones).catch('plain').parse(proposed.answer.tone)
    const prompt = decidePrompt({ ...position, priceDollars, tone })
    const decided = await judge('seller', 'decide', prompt)
    const due = accepted ? 'accept' : 'offer'
    turns.push({ ...decided, allowed: decided.answer.action === due })
  }

  const input = { listing, budgetCents }
  const { result, steps } = await playWorkflow(negotiation, input, speakForBuyer)
  const offers = [
    ['policy', 'counter'],
    ['policy2', 'counter2'],
  ].filter(([, answer = '']) => steps.has(answer))
  const leverage = offers.length > 0 ? await judgeForSeller() : 'fair'
  for (const [policy = '', answer = ''] of offers) {
    await speakForSeller(
      leverage,
      steps.get(policy) as PolicyDecision,
      steps.get(answer) as SellersAnswer,
    )
  }
  return {
    possible: budgetCents >= lowestAcceptedCents(listing),
    closed: result.action !== 'walk_away',
    turns,
  }
}

const kindSchema = z.enum(['analyse', 'propose', 'decide'])
