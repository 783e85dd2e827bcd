import type { Command } from '../command.ts'

export const drainWorker: Command = {
  words: ['workers', 'drain'],
  operands: '<worker>',
  summary: 'Lets a worker finish what it runs and take nothing more.',
  options: { undo: { type: 'boolean' } },
  optionHelp: [['--undo', 'lets it take tasks again']],
  count: { least: 1, most: 1 },
  async run({ core, operands: [workerId = ''], options }) {
    const draining = options.undo !== true
    const { worker } = await core.workers.drainWorker({ workerId, draining })
    const running = worker?.taskIds.length ?? 0
    const text = draining
      ? `${workerId} takes no more tasks; it runs ${running}`
      : `${workerId} takes tasks again`
    return { text, json: worker }
  },
}
