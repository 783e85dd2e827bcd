// What answers and negotiations come to, in numbers for the model card.
import { sides } from '@throughline/contracts'
import type { Judgement, Kind } from './judge-answer.ts'
import type { PlayedGame } from './play-negotiations.ts'
import type { Turn } from './turns.ts'

/** A row's name and its cell. */
export type Figures = ReadonlyMap<string, string>

export interface Answered {
  readonly turn: Turn
  readonly judgement: Judgement
}

export function heldOutFigures(answered: readonly Answered[]): Figures {
  const of = (kind: Kind) => answered.filter(({ turn }) => turn.kind === kind)
  return new Map([
    ['valid structure, no grammar', share(answered, ({ judgement }) => judgement.valid)],
    ['analyse: leverage as taught', share(of('analyse'), isAsTaught('leverage'))],
    ['propose: price sensible', share(of('propose'), ({ judgement }) => !!judgement.sensible)],
    ['propose: price as suggested', share(of('propose'), isAsTaught('price'))],
    ['decide: action as taught', share(of('decide'), isAsTaught('action'))],
    ['decide: no slip in the wording', share(of('decide'), ({ judgement }) => !!judgement.worded)],
  ])
}

/** The taught value is a segment of its own, right after the key. */
function isAsTaught(key: string): (answered: Answered) => boolean {
  return ({ turn, judgement }) => turn.answer[1]?.[0] === judgement.answer[key]
}

export function negotiationFigures(games: readonly PlayedGame[]): Figures {
  const turns = games.flatMap((game) => game.turns)
  const of = (kind: Kind) => turns.filter((turn) => turn.kind === kind)
  const possible = games.filter((game) => game.possible)
  const impossible = games.filter((game) => !game.possible)
  return new Map([
    ['turns, of both sides', `${turns.length}`],
    ['valid structure, no grammar', share(turns, ({ valid }) => valid)],
    ...sides.map((side): [string, string] => {
      const proposals = of('propose').filter((turn) => turn.side === side)
      return [`sensible prices of the ${side}`, share(proposals, ({ sensible }) => !!sensible)]
    }),
    ['actions that the rules allow', share(of('decide'), ({ allowed }) => allowed)],
    ['no slip in the wording', share(of('decide'), ({ worded }) => !!worded)],
    ['deals closed where possible', share(possible, ({ closed }) => closed)],
    ['left where impossible', share(impossible, ({ closed }) => !closed)],
    ['the rules had nothing to correct', share(games, needsNoCorrection)],
  ])
}

export function needsNoCorrection({ turns }: PlayedGame): boolean {
  return turns.every(({ allowed, sensible }) => allowed && sensible !== false)
}

function share<Item>(items: readonly Item[], isRight: (item: Item) => boolean): string {
  return `${items.filter(isRight).length} of ${items.length}`
}

export function tableOf(title: string, columns: ReadonlyMap<string, Figures>): string {
  const [first] = columns.values()
  const names = [...(first?.keys() ?? [])]
  const cells = names.map((name) => [
    name,
    ...[...columns.values()].map((one) => one.get(name) ?? ''),
  ])
  const rows = [[title, ...columns.keys()], ...cells]
  const widths = rows[0]?.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  )
  const rule = widths?.map((width) => '-'.repeat(width)) ?? []
  return rows
    .toSpliced(1, 0, rule)
    .map((row) => `| ${row.map((cell, at) => cell.padEnd(widths?.[at] ?? 0)).join(' | ')} |`)
    .join('\n')
}
