import type { Profiler } from 'node:inspector'
import { expect, test } from 'vitest'
import { sumProfile } from './sum-profile.ts'

const root = 'file:///home/me/shop'
const sdk = `${root}/node_modules/.pnpm/@open+sdk@1.0.0_zod@4.0.0/node_modules/@open/sdk/dist/span.mjs`
const ours = `${root}/packages/telemetry/src/encode/spans.ts`

function profileOf(samples: [functionName: string, url: string, micros: number][]) {
  const nodes = samples.map(([functionName, url], id) => ({
    id,
    callFrame: { functionName, url, scriptId: '', lineNumber: 0, columnNumber: 0 },
  }))
  const timeDeltas = samples.map(([, , micros]) => micros)
  const profile: Profiler.Profile = { nodes, startTime: 0, endTime: 0, timeDeltas }
  return { ...profile, samples: nodes.map(({ id }) => id) }
}

test('sums what is not idle by package and by function, for each unit, the largest first', () => {
  const profile = profileOf([
    ['end', sdk, 100],
    ['encode', ours, 300],
    ['end', sdk, 50],
    ['', sdk, 50],
    ['(idle)', '', 9_000],
    ['(garbage collector)', '', 200],
    ['write', 'node:internal/stream', 300],
  ])
  expect(sumProfile(profile, 10, root)).toEqual({
    packages: [
      { of: 'Node', micros: 50, share: 0.5 },
      { of: 'packages/telemetry', micros: 30, share: 0.3 },
      { of: '@open/sdk', micros: 20, share: 0.2 },
    ],
    functions: [
      { of: 'packages/telemetry', at: 'encode, src/encode/spans.ts', micros: 30, share: 0.3 },
      { of: '@open/sdk', at: 'end, dist/span.mjs', micros: 15, share: 0.15 },
      { of: '@open/sdk', at: '(anonymous), dist/span.mjs', micros: 5, share: 0.05 },
    ],
  })
})
