import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createPrefixMemory } from './prefix-memory.ts'

function memoryOf(...reads: [tenant: string, prompt: number[]][]) {
  const memory = createPrefixMemory([...reads.keys()])
  const taken = reads.map(([tenant, prompt]) => memory.take(tenant, prompt))
  for (const slot of taken) memory.giveBack(slot)
  return memory
}

test('chooses the slot that has read most of the prompt', () => {
  const memory = memoryOf(['a', [1]], ['a', [1, 2, 3]], ['a', [1, 2]])
  expect(memory.take('a', [1, 2, 3, 4])).toBe(1)
  expect(memory.take('a', [1, 2, 3, 4])).toBe(2)
  expect(memory.take('a', [1, 2, 3, 4])).toBe(0)
})

test('takes over what a slot has read when that keeps at least half of it', () => {
  const read = [1, 2, 3, 4]
  const taken = (prompt: number[]) => memoryOf(['a', [9]], ['a', read]).take('a', prompt)
  expect(taken([1, 2, 5])).toBe(1)
  expect(taken([1, 5])).toBe(0)
})

test('keeps conversations that only begin alike in slots of their own', () => {
  const memory = createPrefixMemory([0, 1, 2])
  const opening = 7
  const one = [opening, 1, 1, 1]
  const other = [opening, 2, 2, 2]
  const slots = [one, other, one, other].map((prompt, turn) => {
    const slot = memory.take('a', [...prompt, ...Array(turn).fill(prompt[1])])
    memory.giveBack(slot)
    return slot
  })
  expect(slots).toEqual([0, 1, 0, 1])
})

test('chooses the slot unused for longest when none has read any of it', () => {
  const memory = memoryOf(['a', [1]], ['a', [2]], ['a', [3]])
  memory.giveBack(memory.take('a', [1]))
  expect(memory.take('a', [9])).toBe(1)
})

test('sees nothing of what another tenant has sent', () => {
  const memory = memoryOf(['b', [9]], ['a', [1, 2, 3]])
  expect(memory.take('b', [1, 2, 3])).toBe(0)
})

test('sees nothing of what somebody unnamed has sent, who may be somebody else', () => {
  const memory = memoryOf(['', [9]], ['', [1, 2, 3]])
  expect(memory.take('', [1, 2, 3])).toBe(0)
})

test('has no slot to give when all are taken', () => {
  const memory = createPrefixMemory([0])
  memory.take('a', [])
  expect(() => memory.take('a', [])).toThrow('No slot is free')
})

test('never gives a slot to two', () => {
  const turn = fc.record({ tenant: fc.constantFrom('', 'a', 'b'), prompt: fc.array(fc.nat(3)) })
  const attempt = (turns: { tenant: string; prompt: number[] }[], count: number) => {
    const memory = createPrefixMemory([...Array(count).keys()])
    const held: number[] = []
    for (const { tenant, prompt } of turns) {
      if (held.length === count) for (const slot of held.splice(0, 1)) memory.giveBack(slot)
      const slot = memory.take(tenant, prompt)
      expect(held).not.toContain(slot)
      held.push(slot)
    }
  }
  fc.assert(fc.property(fc.array(turn), fc.integer({ min: 1, max: 4 }), attempt))
})
