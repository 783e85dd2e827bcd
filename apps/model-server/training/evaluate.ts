// Asks the model every held-out turn and lets it play negotiations, without a grammar, and writes what came of it into
// the model card, beside a model that was taught the same without hints: node -C @throughline/source training/evaluate.ts
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { makeDataset, withoutHints } from './dataset.ts'
import { type Figures, heldOutFigures, negotiationFigures, tableOf } from './figures.ts'
import { judgeAnswer } from './judge-answer.ts'
import { type Asked, inParallel, startModelUnderTest } from './model-under-test.ts'
import { makeGames, playNegotiation } from './play-negotiations.ts'

const { values: options } = parseArgs({
  options: {
    model: { type: 'string', default: 'models/negotiator.gguf' },
    'without-hints': { type: 'string', default: '.data/training/without-hints/negotiator.gguf' },
    data: { type: 'string', default: '.data/training' },
  },
})

const { heldOut } = makeDataset(1)
const games = makeGames(200, 2)

const onTurns = new Map<string, Figures>()
const inNegotiations = new Map<string, Figures>()
{
  await using model = await startModelUnderTest(options.model)
  for (const temperature of [0, 0.8]) {
    onTurns.set(`T = ${temperature}`, await answerHeldOut(model, temperature))
    inNegotiations.set(`T = ${temperature}`, await play(model, temperature))
  }
  onTurns.set('T = 0, hints taken out', await answerHeldOut(hintless(model), 0))
}
{
  await using model = await startModelUnderTest(options['without-hints'])
  const name = 'T = 0, taught without hints'
  onTurns.set(name, await answerHeldOut(hintless(model), 0))
  inNegotiations.set(name, await play(hintless(model), 0))
}

const tables = [
  tableOf(`${heldOut.length} held-out turns`, onTurns),
  tableOf(`${games.length} negotiations`, inNegotiations),
  tableOf('Perplexity of held-out answers', perplexities()),
].join('\n\n')
process.stdout.write(`${tables}\n`)
const cardPath = fileURLToPath(new URL('../models/README.md', import.meta.url))
const card = readFileSync(cardPath, 'utf8')
const marked = /(?<=<!-- figures -->\n).*(?=<!-- \/figures -->)/s
writeFileSync(cardPath, card.replace(marked, `\n${tables}\n\n`))

/** What hears the same questions with nothing computed for them. */
function hintless({ ask }: Asked): Asked {
  return { ask: (prompt, wish) => ask(withoutHints(prompt), wish) }
}

async function answerHeldOut({ ask }: Asked, temperature: number): Promise<Figures> {
  const answered = await inParallel([...heldOut.entries()], async ([seed, turn]) => {
    const text = await ask(turn.prompt, { temperature, seed })
    return { turn, judgement: judgeAnswer(turn.kind, turn.prompt, text) }
  })
  return heldOutFigures(answered)
}

async function play(model: Asked, temperature: number): Promise<Figures> {
  return negotiationFigures(
    await inParallel(games, (game) => playNegotiation(model, game, { temperature })),
  )
}

/** perplexity.py has measured them: it needs probabilities, which the server does not tell. */
function perplexities(): Map<string, Figures> {
  const text = readFileSync(join(options.data, 'perplexity.json'), 'utf8')
  const measured = z.record(z.string(), z.number()).parse(JSON.parse(text))
  const rows = Object.entries(measured).map(([name, value]) => [name, value.toFixed(3)] as const)
  return new Map([['per token', new Map(rows)]])
}
