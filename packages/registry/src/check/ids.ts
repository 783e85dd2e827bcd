// Recognising what tells one thing from another of its kind: such a word in a name makes a name for each thing.
import type { KeyValue } from '@throughline/trace-testing/receiver'
import { readValue } from './typed-value.ts'

const uuid = `[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`
/** Some digits among the letters: `deadbeefcafe` is a word as far as anyone can tell. */
const hex = String.raw`(?<![0-9a-z])(?=[a-f]*\d)[0-9a-f]{12,}(?![0-9a-z])`
/** As people prefix them: `lst_7k2x9w1q`. */
const prefixed = String.raw`(?<![0-9a-z])[a-z]{2,6}_(?=[a-z]*\d)[0-9a-z]{8,}(?![0-9a-z])`
/** Alone between spaces and slashes; `v1`, `T90` and `127.0.0.1` are no numbers in this sense. */
const number = String.raw`(?<![^\s/:#=,()])\d+(?![^\s/:#=,()])`

const anyId = new RegExp([uuid, hex, prefixed, number].join('|'), 'gi')
/** Labels have numbers of few digits in them: ports, statuses, codes of errors. */
const longNumber = String.raw`(?<!\d)\d{6,}(?!\d)`
const idInLabel = new RegExp([uuid, hex, prefixed, longNumber].join('|'), 'i')

/** The same text for all things: `GET /orders/{id}`. */
export function maskIds(text: string): string {
  return text.replace(anyId, '{id}')
}

export function findId(text: string): string | undefined {
  return text.match(anyId)?.[0]
}

export function findIdInLabel(text: string): string | undefined {
  return text.match(idInLabel)?.[0]
}

/** By its name: `throughline.task.id`, `taskId`, `messaging.message.uuid`. */
export function isIdName(attribute: string): boolean {
  return /(^|[._])(id|uuid|guid)$|[a-z]Id$/.test(attribute)
}

/** Values of attributes that are ids by their name, to be found again in a name of any form. */
export class KnownIds {
  readonly #values = new Set<string>()

  note(attributes: readonly KeyValue[] = []): void {
    for (const { key, value } of attributes) {
      if (!isIdName(key) || this.#values.size >= mostIds) continue
      const text = String(readValue(value).value)
      // What has no digit may well be a word that is used elsewhere: `demo`, `analyse`.
      if (text.length >= 3 && /\d/.test(text)) this.#values.add(text)
    }
  }

  findIn(text: string): string | undefined {
    return text.split(/[\s/:#=,()]+/).find((word) => this.#values.has(word))
  }
}

const mostIds = 100_000
