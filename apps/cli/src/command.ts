// What a command is: words to call it by, options, and a function from core to what is printed.
import type { ParseArgsOptionsConfig } from 'node:util'
import type { Core } from './core-client.ts'

export interface Invocation {
  readonly core: Core
  /** What follows the command's words, without options. */
  readonly operands: readonly string[]
  readonly options: Readonly<Record<string, string | boolean | undefined>>
}

/** The same facts twice: for people, and as JSON for programs. */
export interface Answer {
  readonly text: string
  readonly json: unknown
}

export interface Command {
  readonly words: readonly [string, string]
  /** As shown behind the words in help: `<task>...`. */
  readonly operands: string
  readonly summary: string
  readonly options: ParseArgsOptionsConfig
  /** One line for each option, in help. */
  readonly optionHelp: readonly (readonly [option: string, help: string])[]
  /** How many operands it takes. */
  readonly count: { readonly least: number; readonly most: number }
  run(invocation: Invocation): Promise<Answer>
}
