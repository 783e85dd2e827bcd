// `pnpm --filter @throughline/registry generate`: writes what is made from the registry.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { loadRegistry } from './load-registry.ts'
import { makeOutputs } from './outputs/outputs.ts'

for (const { path, text } of makeOutputs(loadRegistry())) {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}
