// Writes the training and held-out turns as JSON lines: make-dataset.ts [--data folder] [--seed N] [--without-hints]
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { makeDataset, withoutHints } from './dataset.ts'
import type { Turn } from './turns.ts'

const { values: options } = parseArgs({
  options: {
    data: { type: 'string', default: '.data/training' },
    seed: { type: 'string', default: '1' },
    'without-hints': { type: 'boolean', default: false },
  },
})

const { training, heldOut } = makeDataset(Number(options.seed))
const reword = options['without-hints'] ? withoutHints : (prompt: string) => prompt
mkdirSync(options.data, { recursive: true })
write('training.jsonl', training)
write('held-out.jsonl', heldOut)

function write(name: string, turns: readonly Turn[]): void {
  const path = join(options.data, name)
  const lines = turns.map((turn) => JSON.stringify({ ...turn, prompt: reword(turn.prompt) }))
  writeFileSync(path, `${lines.join('\n')}\n`)
  process.stdout.write(`${path}: ${turns.length} turns\n`)
}
