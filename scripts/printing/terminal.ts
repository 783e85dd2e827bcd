// Standard output, with a part at the bottom that is drawn again in place where it is a terminal.
import { styleText } from 'node:util'

export type Style = Parameters<typeof styleText>[0]
export type Paint = (style: Style, text: string) => string

export interface Terminal {
  readonly paint: Paint
  readonly isLive: boolean
  print(text: string): void
  /** Replaces the part at the bottom. Does nothing where lines cannot be taken back. */
  drawBelow(lines: readonly string[]): void
}

export function createTerminal(stream: NodeJS.WriteStream): Terminal {
  const isLive = stream.isTTY === true
  let below: readonly string[] = []
  const erase = () => (below.length > 0 ? `\x1b[${below.length}A\x1b[J` : '')
  const draw = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('')

  return {
    // Obeys NO_COLOR and FORCE_COLOR.
    paint: (style, text) => styleText(style, text, { stream }),
    isLive,
    print(text) {
      stream.write(`${erase()}${text}\n${draw(below)}`)
    },
    drawBelow(lines) {
      if (!isLive) return
      stream.write(`${erase()}${draw(lines)}`)
      below = lines
    },
  }
}
