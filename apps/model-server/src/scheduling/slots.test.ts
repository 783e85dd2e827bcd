import { expect, test } from 'vitest'
import { createSlots } from './slots.ts'

const { signal } = new AbortController()

test('gives slots in order of arrival', async () => {
  const slots = createSlots({ slots: 1, maxWaiting: 2 })
  const first = await slots.take(signal)
  const order: string[] = []
  const use = async (name: string) => {
    const slot = await slots.take(signal)
    order.push(name)
    slot.release()
  }
  const users = [use('second'), use('third')]
  expect(slots.waiting()).toBe(2)

  first.release()
  await Promise.all(users)

  expect(order).toEqual(['second', 'third'])
  expect([slots.waiting(), slots.busy()]).toEqual([0, 0])
})

test('refuses whoever would wait beyond the bound', async () => {
  const slots = createSlots({ slots: 1, maxWaiting: 0 })
  await slots.take(signal)
  await expect(slots.take(signal)).rejects.toMatchObject({ code: 'queue_full' })
})

test('forgets a waiter who gives up', async () => {
  const slots = createSlots({ slots: 1, maxWaiting: 2 })
  const first = await slots.take(signal)
  const impatient = new AbortController()
  const given = slots.take(impatient.signal)
  const patient = slots.take(signal)

  impatient.abort(new Error('no longer wanted'))
  await expect(given).rejects.toThrow('no longer wanted')
  expect(slots.waiting()).toBe(1)
  first.release()
  expect((await patient).index).toBe(first.index)
})

test('takes a slot back once, however often it is released', async () => {
  const states: { waiting: number; busy: number }[] = []
  const slots = createSlots({ slots: 2, maxWaiting: 1, onChange: (state) => states.push(state) })
  const slot = await slots.take(signal)
  slot.release()
  slot.release()
  await slots.take(signal)
  await slots.take(signal)
  const waiting = slots.take(signal)
  expect(slots.waiting()).toBe(1)
  expect(states.at(-1)).toEqual({ waiting: 1, busy: 2 })
  void waiting
})
