// A run of the end-to-end tests shows few reasons, and the live check judges only what it is shown.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadRegistry } from './load-registry.ts'

const counted = {
  'orchestrator/src/registry/requeue-reason.ts': /type RequeueReason =((?:\s*\|?\s*'\w+')+)/,
  'core/src/metrics.ts': /countRequeue\(reason: ((?:\s*\|?\s*'\w+')+)\)/,
}

function reasonsIn([path, union]: [path: string, union: RegExp]): string[] {
  const source = readFileSync(join(import.meta.dirname, '../../../apps', path), 'utf8')
  const [, members = ''] = union.exec(source) ?? []
  return members.match(/\w+/g) ?? []
}

test('declares the reasons that the apps can count a requeue by, and no others', () => {
  const { attributes } = loadRegistry().metrics.get('throughline.requeues') ?? {}
  const reasons = Object.entries(counted).map(reasonsIn)
  expect(reasons.every(({ length }) => length > 0)).toBe(true)
  expect(reasons.flat().sort()).toEqual(attributes?.get('reason')?.values?.toSorted())
})
