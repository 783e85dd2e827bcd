// Writes the training and held-out turns as JSON lines: make-dataset.ts [--data folder] [--seed N]
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { makeDataset } from './dataset.ts'
import type { Turn } from './turns.ts'

const { values: options } = parseArgs({
  options: {
    data: { type: 'string', default: '.data/training' },
    seed: { type: 'string', default: '1' },
  },
})

const { training, heldOut } = makeDataset(Number(options.seed))
mkdirSync(options.data, { recursive: true })
write('training.jsonl', training)
write('held-out.jsonl', heldOut)

function write(name: string, turns: readonly Turn[]): void {
  const path = join(options.data, name)
  writeFileSync(path, turns.map((turn) => `${JSON.stringify(turn)}\n`).join(''))
  process.stdout.write(`${path}: ${turns.length} turns\n`)
}
