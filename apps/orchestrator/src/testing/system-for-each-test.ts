import type {} from '@throughline/embedded/vitest-setup'
import { inject } from 'vitest'
import { eventually } from './eventually.ts'
import { forEachTest } from './for-each-test.ts'
import { startSystem } from './start-system.ts'

/** A worker with everything around it, and what tests of it wait for and look at. */
export function systemForEachTest() {
  const system = forEachTest(() => startSystem({ redisUrl: inject('redisUrl') }))
  return {
    system,
    askedNodes: () => system.model.requests.map(({ node }) => node),
    noJob: (taskId: string) =>
      eventually(() => system.queue.getJobState(taskId)).toMatch(/completed|unknown/),
  }
}
