import { expect, test } from 'vitest'
import { TaskState } from './gen/throughline/v1/tasks.ts'
import { taskStateName, taskStates } from './task-states.ts'

test('every state of the protocol has a word, and every word its state', () => {
  const known = Object.values(TaskState).filter((state) => state > TaskState.UNSPECIFIED)
  for (const state of known) {
    const name = taskStateName(state)
    expect(name && taskStates[name]).toBe(state)
  }
  expect(Object.keys(taskStates)).toHaveLength(known.length)
  expect(taskStateName(TaskState.UNSPECIFIED)).toBeUndefined()
})
