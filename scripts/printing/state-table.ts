// The state of each part while the system starts: live in a terminal, elsewhere a line for each part that is ready.
import type { PartName, PartState } from '../system/parts.ts'
import type { Terminal } from './terminal.ts'

const order: readonly PartName[] = [
  'postgres',
  'redis',
  'schema',
  'lens',
  'model-server',
  'core',
  'orchestrator',
  'gateway',
]
const refreshMs = 100
const addressWidth = 40

export interface StateTable {
  update(state: PartState): void
  /** Leaves the last state on the screen. */
  close(): void
}

export function createStateTable(terminal: Terminal): StateTable {
  const rows = new Map<PartName, PartState & { readonly since: number }>()
  const lines = () => order.map((name) => row(terminal, name, rows.get(name)))
  const timer = setInterval(() => terminal.drawBelow(lines()), refreshMs)
  let isOpen = true

  return {
    update(state) {
      if (!isOpen) return
      rows.set(state.name, { ...state, since: performance.now() })
      if (terminal.isLive) terminal.drawBelow(lines())
      else if (state.state !== 'starting') terminal.print(row(terminal, state.name, state))
    },
    close() {
      if (!isOpen) return
      isOpen = false
      clearInterval(timer)
      terminal.drawBelow([])
      if (terminal.isLive) terminal.print(lines().join('\n'))
    },
  }
}

function row({ paint }: Terminal, name: PartName, part?: PartState & { since?: number }): string {
  const title = name.padEnd(14)
  switch (part?.state) {
    case undefined:
      return paint('dim', `  · ${title}waiting`)
    case 'starting': {
      const elapsed = seconds(performance.now() - (part.since ?? performance.now()))
      return `  ${paint('yellow', '…')} ${title}${'starting'.padEnd(addressWidth)}${elapsed}`
    }
    case 'failed':
      return `  ${paint('red', '✗')} ${title}${paint('red', 'failed')}`
    case 'ready': {
      const address = (part.address ?? 'migrated and seeded').padEnd(addressWidth)
      const pid = part.pid ? paint('dim', `   pid ${part.pid}`) : ''
      return `  ${paint('green', '✓')} ${title}${address}${seconds(part.tookMs ?? 0)}${pid}`
    }
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1).padStart(5)} s`
}
