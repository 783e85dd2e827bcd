// Asks the model every held-out turn, without a grammar, and writes what came of it into the model card:
// node -C @throughline/source training/evaluate.ts [folder of held-out.jsonl]
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  analyseAnswerSchema,
  decideAnswerSchema,
  proposeAnswerSchema,
} from '@throughline/contracts'
import { createLogger } from '@throughline/telemetry'
import { loadConfig } from '../src/config.ts'
import { type Engine, startEngine } from '../src/engine/engine.ts'
import type { Turn } from './turns.ts'

const schemas = {
  analyse: analyseAnswerSchema,
  propose: proposeAnswerSchema,
  decide: decideAnswerSchema,
  compare: decideAnswerSchema,
} as const

interface Answered {
  readonly turn: Turn
  readonly valid: boolean
  readonly answer: Readonly<Record<string, string>>
}

const [folder = '.data/training'] = process.argv.slice(2)
const turns = readFileSync(join(folder, 'held-out.jsonl'), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line): Turn => JSON.parse(line))
  // A turn with a forced action asks for something that the prompt does not say.
  .filter(({ answer }) => answer.every(([, weight]) => weight > 0))

const config = loadConfig({})
const [model] = config.models
if (model === undefined) throw new Error('There is no model')
const { slots } = model
const logger = createLogger({ name: 'evaluate', level: 'warn' })
const engine = await startEngine({ ...config, ...model, modelPath: model.path, logger })
const columns = new Map<string, Map<string, string>>()
for (const temperature of [0, 0.8]) {
  columns.set(`T = ${temperature}`, figuresOf(await answerAll(temperature)))
}
await engine.close()
const table = tableOf(columns)
process.stdout.write(`${table}\n`)
const cardPath = new URL('../models/README.md', import.meta.url)
const card = readFileSync(cardPath, 'utf8')
const marked = /(?<=<!-- figures -->\n).*(?=<!-- \/figures -->)/s
writeFileSync(cardPath, card.replace(marked, `\n${table}\n\n`))

async function answerAll(temperature: number): Promise<Answered[]> {
  const left = turns.entries()
  const answered: Answered[] = []
  const work = async (slot: number) => {
    for (const [number, turn] of left) {
      answered.push(readAnswer(turn, await ask(engine, slot, turn.prompt, temperature, number)))
    }
  }
  await Promise.all(Array.from({ length: slots }, (_, slot) => work(slot)))
  return answered
}

async function ask(
  { call, contextTokens }: Engine,
  slot: number,
  prompt: string,
  temperature: number,
  seed: number,
): Promise<string> {
  const tokens = await call('tokenize', { messages: [{ role: 'user', content: prompt }] })
  await call('prefill', { slot, tenant: '', tokens })
  let answer = ''
  const lastToken = tokens.at(-1) ?? 0
  const maxTokens = contextTokens - tokens.length
  await call(
    'decode',
    { slot, lastToken, maxTokens, temperature, topP: 1, seed, stop: [] },
    {
      onText: (text) => {
        answer += text
      },
    },
  )
  return answer
}

/** Valid is what the app would take as it is: compact JSON with the right keys in order, and nothing else. */
function readAnswer(turn: Turn, text: string): Answered {
  try {
    const answer = schemas[turn.kind].parse(JSON.parse(text))
    return { turn, answer, valid: JSON.stringify(answer) === text }
  } catch {
    return { turn, answer: {}, valid: false }
  }
}

function figuresOf(answered: readonly Answered[]): Map<string, string> {
  const of = (...kinds: Turn['kind'][]) => answered.filter(({ turn }) => kinds.includes(turn.kind))
  const comparisons = of('compare')
  return new Map([
    ['valid structure, no grammar', share(answered, ({ valid }) => valid)],
    ['analyse: leverage as taught', share(of('analyse'), asTaught('leverage'))],
    ['propose: price copied', share(of('propose'), asTaught('price'))],
    ['decide: action as taught', share(of('decide'), asTaught('action'))],
    ['decide: offer is the asking price', share(comparisons.filter(isAccept), asTaught('action'))],
    [
      'decide: offer is almost the asking price',
      share(
        comparisons.filter((one) => !isAccept(one)),
        asTaught('action'),
      ),
    ],
    ['decide: placeholders fit the action', share(of('decide', 'compare'), placeholdersFit)],
  ])
}

/** The taught value is a segment of its own, right after the key. */
function asTaught(key: string): (answered: Answered) => boolean {
  return ({ turn, answer }) => turn.answer[1]?.[0] === answer[key]
}

function isAccept({ turn }: Answered): boolean {
  return turn.answer[1]?.[0] === 'accept'
}

function placeholdersFit({ answer: { action, message = '' } }: Answered): boolean {
  const count = (placeholder: string) => message.split(placeholder).length - 1
  return count('{item}') === 1 && count('{price}') === (action === 'walk_away' ? 0 : 1)
}

function share(answered: readonly Answered[], isRight: (answered: Answered) => boolean): string {
  return `${answered.filter(isRight).length} of ${answered.length}`
}

function tableOf(all: ReadonlyMap<string, ReadonlyMap<string, string>>): string {
  const [first] = all.values()
  const names = [...(first?.keys() ?? [])]
  const rows = names.map((name) => [name, ...[...all.values()].map((column) => column.get(name))])
  const head = ['Held-out turns', ...all.keys()]
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
}
