// What is made from the registry, and where it is committed.
import { join } from 'node:path'
import type { Registry } from '../registry.ts'
import { makeMetricDefinitions } from './metric-definitions.ts'
import { makeNames } from './names.ts'
import { makeSignalsPage } from './signals-page.ts'

export interface Output {
  readonly path: string
  readonly text: string
}

const root = join(import.meta.dirname, '../../../..')

export function makeOutputs(registry: Registry): Output[] {
  return [
    output('packages/telemetry/src/names.ts', makeNames(registry)),
    output('packages/telemetry/src/metric-definitions.ts', makeMetricDefinitions(registry)),
    output('docs/signals.md', makeSignalsPage(registry)),
  ]
}

function output(path: string, text: string): Output {
  return { path: join(root, path), text }
}
