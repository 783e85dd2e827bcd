import { TaskState } from '@throughline/contracts'
import { afterEach, expect, test, vi } from 'vitest'
import { runCommand } from './run-command.ts'
import { type CorePeer, newTask, startCorePeer } from './testing/core-peer.ts'

const run = (core: CorePeer, command: string) =>
  runCommand(command.split(' '), { coreAddress: core.address })

afterEach(() => vi.unstubAllEnvs())

const nowhere = { coreAddress: '127.0.0.1:1' }

test('tasks list --state dead shows the dead-letter list', async () => {
  const dead = newTask('t2', { state: TaskState.DEAD, attempt: 3, errorCode: 'model_unavailable' })
  await using core = await startCorePeer(newTask('t1'), dead)
  expect(await run(core, 'tasks list --state dead')).toBe(
    'task  state  type         tenant  attempts  created               cost  error\n' +
      't2    dead   negotiation  demo    3         2026-11-21T10:00:00Z        model_unavailable\n',
  )
})

test('tasks list --limit asks for as many pages as it takes, and says that there are more', async () => {
  await using core = await startCorePeer(
    ...Array.from({ length: 260 }, (_, index) => newTask(`t${index}`)),
  )
  const text = await run(core, 'tasks list --limit 250')
  expect(text.match(/^t\d+ /gm)).toHaveLength(250)
  expect(text).toContain('There are more: --limit shows them.')
})

test('tasks show prints every attempt with its worker and its trace', async () => {
  await using core = await startCorePeer(newTask('t1', { state: TaskState.RUNNING }))
  const text = await run(core, 'tasks show t1')
  expect(text).toMatch(/^state +running$/m)
  expect(text).toMatch(/^input +\{"budgetCents":40000\}$/m)
  expect(text).toMatch(/^1 +lost +worker-1 .* \$0\.000002 +0af7651916cd43dd8448eb211c80319c$/m)
})

test('asks core itself, whatever proxy the environment names', async () => {
  vi.stubEnv('https_proxy', 'http://127.0.0.1:1').stubEnv('no_proxy', '')
  await using core = await startCorePeer(newTask('t1'))
  expect(await run(core, 'tasks list')).toContain('t1')
})

test('--json prints what programs can read', async () => {
  await using core = await startCorePeer(newTask('t1'))
  expect(JSON.parse(await run(core, 'tasks list --json'))).toMatchObject([
    { id: 't1', state: 'queued' },
  ])
})

test('tasks retry queues a dead task again', async () => {
  await using core = await startCorePeer(newTask('t1', { state: TaskState.DEAD }))
  expect(await run(core, 'tasks retry t1')).toBe('t1 is queued\n')
  expect(core.tasks.get('t1')?.state).toBe(TaskState.QUEUED)
})

test('tasks cancel does what it can and names what it could not', async () => {
  const ended = newTask('t2', { state: TaskState.COMPLETED })
  await using core = await startCorePeer(newTask('t1'), ended, newTask('t3'))
  await expect(run(core, 'tasks cancel t1 t2 nothing t3')).rejects.toThrow(
    't2: core refused: The task has ended (FAILED_PRECONDITION)\n' +
      'nothing: core refused: There is no such task (NOT_FOUND) (2 others were done)',
  )
  expect([...core.tasks.values()].map(({ state }) => state)).toEqual([
    TaskState.CANCELLED,
    TaskState.COMPLETED,
    TaskState.CANCELLED,
  ])
})

test('workers drain lets a worker run out, and --undo takes it back', async () => {
  await using core = await startCorePeer()
  expect(await run(core, 'workers drain worker-1')).toBe(
    'worker-1 takes no more tasks; it runs 1\n',
  )
  expect(await run(core, 'workers list')).toMatch(/^worker-1 +draining +1 of 4 /m)
  expect(await run(core, 'workers drain worker-1 --undo')).toBe('worker-1 takes tasks again\n')
  await expect(run(core, 'workers drain worker-2')).rejects.toThrow('There is no such worker')
})

test('says where it looked for core when core does not answer', async () => {
  await expect(runCommand(['tasks', 'list'], nowhere)).rejects.toThrow(
    'core does not answer at 127.0.0.1:1; is it running?',
  )
})

test.each([
  ['tasks lst', 'there is no command "tasks lst"'],
  ['tasks list --stat dead', "Unknown option '--stat'"],
  ['tasks list --state ended', '--state is one of queued, running'],
  ['tasks list --limit 0', '--limit is a whole number from 1 to 10000, not "0"'],
  ['tasks list t1', 'usage: throughline tasks list'],
  ['tasks show', 'usage: throughline tasks show <task>'],
])('refuses "%s" before it asks anybody', async (command, sentence) => {
  await expect(runCommand(command.split(' '), nowhere)).rejects.toMatchObject({
    name: 'UsageError',
    message: expect.stringContaining(sentence),
  })
})

test('--help explains the whole and each command', async () => {
  expect(await runCommand(['--help'], nowhere)).toContain('throughline workers drain <worker>')
  expect(await runCommand(['tasks', 'list', '--help'], nowhere)).toContain('--tenant <id>')
})
