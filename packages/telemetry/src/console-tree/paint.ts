// Colours, where they can be seen: on a terminal, unless NO_COLOR is set.
import { styleText } from 'node:util'

export type Style = Parameters<typeof styleText>[0]
export type Paint = (style: Style, text: string) => string

/** Node knows the variables (NO_COLOR, FORCE_COLOR, TERM) and asks them and the stream at each call. */
export function paintFor(stream: NodeJS.WritableStream): Paint {
  return (style, text) => styleText(style, text, { stream })
}
