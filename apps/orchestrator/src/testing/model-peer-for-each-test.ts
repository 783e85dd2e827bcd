import { z } from 'zod'
import { readPrices } from '../cost/prices.ts'
import { openSpending } from '../cost/spending.ts'
import { createModelClient } from '../models/model-client.ts'
import { forEachTest } from './for-each-test.ts'
import { startModelPeer } from './model-peer.ts'

/** A model server, and a client that asks it one question. */
export function modelPeerForEachTest() {
  const peer = forEachTest(startModelPeer)
  const ask = ({ budgetNanoUsd, name = 'tiny', url = peer.url, ...settings }: AskSettings = {}) => {
    const { signal = new AbortController().signal, timeoutMs = 5_000 } = settings
    const tokens: string[] = []
    const spending = openSpending({ tenantId: 'demo', prices, budgetNanoUsd })
    const askModel = createModelClient({ url, name, temperature: 0, timeoutMs })
    const onToken = (text: string) => void tokens.push(text)
    return {
      reply: askModel(question, { tenantId: 'demo', signal, onToken, spending }),
      tokens,
      spending,
    }
  }
  return { peer, ask }
}

interface AskSettings {
  readonly signal?: AbortSignal
  readonly timeoutMs?: number
  readonly url?: string
  readonly name?: string
  readonly budgetNanoUsd?: number
}

const question = {
  name: 'analyse',
  prompt: 'analyse category:cameras',
  answer: z.strictObject({ leverage: z.enum(['weak', 'strong']) }),
}

const prices = readPrices({
  unit: 'USD per million tokens',
  models: { tiny: { asOf: '2026-11-21', input: 1, output: 10 } },
})
