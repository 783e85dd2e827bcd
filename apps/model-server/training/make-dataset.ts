// Writes the training and held-out turns as JSON lines: node -C @throughline/source make-dataset.ts [folder] [seed]
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Random, seededRandom } from './random.ts'
import { analyseTurn, compareTurn, decideTurn, proposeTurn, type Turn } from './turns.ts'

const makers: readonly [count: number, make: (random: Random) => Turn][] = [
  [6_000, analyseTurn],
  [24_000, proposeTurn],
  [24_000, decideTurn],
  [48_000, compareTurn],
]

const [folder = '.data/training', seed = '1'] = process.argv.slice(2)
const random = seededRandom(Number(seed))
const training = makers.flatMap(([count, make]) =>
  Array.from({ length: count }, () => make(random)),
)
const seen = new Set(training.map(({ prompt }) => prompt))
// Few analyse prompts exist: hold out those with a category that no training turn has.
const heldOut: Turn[] = makers.flatMap(([, make]) => unseen(200, () => make(random)))

mkdirSync(folder, { recursive: true })
write('training.jsonl', training)
write('held-out.jsonl', heldOut)

function unseen(count: number, make: () => Turn): Turn[] {
  const turns: Turn[] = []
  for (let tries = 0; turns.length < count && tries < count * 1_000; tries++) {
    const turn = make()
    if (!seen.has(turn.prompt)) turns.push(turn)
  }
  return turns
}

function write(name: string, turns: readonly Turn[]): void {
  const path = join(folder, name)
  writeFileSync(path, `${turns.map((turn) => JSON.stringify(turn)).join('\n')}\n`)
  process.stdout.write(`${path}: ${turns.length} turns\n`)
}
