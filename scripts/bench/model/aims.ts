// What the model server may cost, and what it does.
import { type Aim, judgeAims, percent, unit, type Verdict } from '../judge-aims.ts'
import { compare, middle, type Results } from '../results.ts'

export const judge = (results: Results): Verdict[] => judgeAims(aims(results))

const telemetry = [
  ['server off', 'telemetry off'],
  ['server ours', 'telemetry on'],
] as const

function aims(results: Results): Aim[] {
  const lost = (server: string, key: string) =>
    compare(results, [server, key], ['engine', key], (ours, engine) => 1 - ours / engine)
  const more = (server: string, key: string) =>
    compare(results, [server, key], ['engine', key], (ours, engine) => ours - engine)
  return [
    ...telemetry.map(([server, title]) => ({
      aim: `16 clients, ${title}: ≤ 5 % fewer tokens a second than the engine alone`,
      ...{ value: lost(server, 'tokensPerSecond 16'), most: 0.05, show: percent },
    })),
    ...telemetry.map(([server, title]) => ({
      aim: `first token, 1 client, ${title}: ≤ 2 ms later than from the engine alone`,
      ...{ value: more(server, 'firstTokenMs 1'), most: 2, show: unit(' ms', 2) },
    })),
    ...(['off', 'ours'] as const).map((variant) => ({
      aim: `a negotiation of four nodes, telemetry ${variant === 'off' ? 'off' : 'on'}: ≤ 300 ms`,
      value: middle(results, [`negotiation ${variant}`, 'p50 short']),
      ...{ most: 300, show: unit(' ms', 0) },
    })),
  ]
}
