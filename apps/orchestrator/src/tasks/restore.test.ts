// Random graphs, run in one go, and cut at every point at which a process can die.
import type {} from '@throughline/embedded/vitest-setup'
import fc from 'fast-check'
import { Redis } from 'ioredis'
import { afterAll, expect, inject, test } from 'vitest'
import { createCheckpointStore } from '../checkpoints/checkpoint-store.ts'
import { collectLogs } from '../testing/collect-logs.ts'
import { graphs } from '../testing/graphs.ts'
import { makeAttempt } from '../testing/make-attempt.ts'
import { startMortalProcess } from '../testing/mortal-process.ts'
import type { WorkflowNode } from '../workflows/workflow.ts'

const redis = new Redis(inject('redisUrl'))
const store = createCheckpointStore(redis, collectLogs().logger)
afterAll(() => redis.disconnect())

const input = 5

test('a random graph runs every node once, after all that it depends on, and saves all but the last', async () => {
  await fc.assert(
    fc.asyncProperty(graphs(10), async (nodes) => {
      const process = startMortalProcess(store)
      const result = await process.run(nodes, input, makeAttempt())
      const expected = await computeByHand(nodes)
      expect(result).toBe(expected.result)
      expect(process.steps('run').toSorted()).toEqual(expected.steps.toSorted())
      // What the last join comes to is the result, which core keeps.
      const saved = expected.steps.filter((step) => step !== 'end')
      expect(process.steps('save').toSorted()).toEqual(saved.toSorted())

      const position = (did: string, step: string) =>
        process.log.findIndex((one) => one.did === did && one.step === step)
      for (const step of expected.steps) {
        const { after } = nodes.find(({ id }) => id === nodeOf(step)) as WorkflowNode
        for (const before of expected.steps.filter((one) => after.includes(nodeOf(one)))) {
          expect(position('save', before)).toBeLessThan(position('run', step))
        }
      }
    }),
    { numRuns: 50 },
  )
})

test('cut at every point and restored, it ends the same, and runs nothing again that was saved', async () => {
  await fc.assert(
    fc.asyncProperty(graphs(4), fc.nat(), async (nodes, later) => {
      const whole = startMortalProcess(store)
      const result = await whole.run(nodes, input, makeAttempt())
      for (let cut = 0; cut < whole.points; cut += 1) {
        const first = startMortalProcess(store, cut)
        const attempt = makeAttempt()
        await expect(first.run(nodes, input, attempt)).rejects.toThrow()
        // The second dies, too, wherever it has come to, unless it was done by then.
        const second = startMortalProcess(store, later % whole.points)
        await second.run(nodes, input, makeAttempt({ ...attempt, attempt: 2 })).catch(() => {})
        const third = startMortalProcess(store)
        const last = makeAttempt({ ...attempt, attempt: 3 })
        expect(await third.run(nodes, input, last)).toBe(result)

        const saved = [first, second, third].flatMap((process) => process.steps('save'))
        expect(saved.toSorted()).toEqual(whole.steps('save').toSorted())
        const savedBefore = new Set([...first.steps('save'), ...second.steps('save')])
        expect(third.steps('run').filter((step) => savedBefore.has(step))).toEqual([])
      }
    }),
    { numRuns: 25 },
  )
})

function nodeOf(step: string): string {
  return step.replace(/\[.*/, '')
}

/** What the graph comes to, one node after another, without any of the machinery. */
async function computeByHand(nodes: readonly WorkflowNode[]) {
  const signal = new AbortController().signal
  const known = new Map<string, unknown>()
  const steps: string[] = []
  for (const node of nodes) {
    const sources = node.after.filter((id) => id !== 'input')
    const outputs = Object.fromEntries(sources.map((id) => [id, known.get(id)]))
    if (node.type !== 'join' && Object.values(outputs).includes(undefined)) continue
    const facts = { input, outputs }
    if (node.when && !node.when.holds(facts)) continue
    const items = node.items?.(facts)
    const names = items?.map((_, i) => `${node.id}[${i}]`) ?? [node.id]
    steps.push(...names)
    const results = names.map((_, index) =>
      node.run({ ...facts, signal, item: items?.[index], index }),
    )
    const all = await Promise.all(results)
    known.set(node.id, items ? all : all[0])
  }
  return { steps, result: known.get('end') }
}
