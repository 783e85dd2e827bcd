// What the command lines of the benches and of chaos have in common. Each throws a sentence for the person who typed it.
import { SystemError } from './system/system-error.ts'

export interface Range {
  readonly from: number
  readonly to: number
  /** No fractions. */
  readonly whole?: boolean
}

export function readNumber(name: string, text: string, { from, to, whole = false }: Range): number {
  const value = Number(text)
  const fits = value >= from && value <= to && (!whole || Number.isInteger(value))
  if (text.trim() && fits) return value
  const kind = whole ? 'whole number' : 'number'
  throw new SystemError(`--${name} is "${text}", which is not a ${kind} from ${from} to ${to}.`)
}

export function readPart<Name extends string>(names: readonly Name[], text: string): Name {
  const part = names.find((name) => name === text.trim())
  if (part) return part
  throw new SystemError(`There is nothing called "${text}" to measure, only ${names.join(', ')}.`)
}

/** The same seed draws the same order again. */
export const drawnSeed = () => String(Math.floor(Math.random() * 1e6))
