// Whatever goes wrong in the receiver, as the refusal its sender gets.
import { DecodeError } from './decode-error.ts'
import { Refusal } from './refusal.ts'

/** `undefined`: not the sender's doing. */
export function refusalOf(cause: unknown): Refusal | undefined {
  if (cause instanceof Refusal) return cause
  if (cause instanceof DecodeError) return new Refusal(400, cause.message, { cause })
  return undefined
}
