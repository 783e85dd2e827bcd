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

const neededColumns = 80

export function createTerminal(stream: NodeJS.WriteStream): Terminal {
  // A line that wraps is two, and cannot be taken back as one.
  const isLive = stream.isTTY === true && stream.columns >= neededColumns
  let below: readonly string[] = []
  const erase = () => (below.length > 0 ? `\x1b[${below.length}A\x1b[J` : '')
  const draw = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('')
  // A terminal that was closed, or a `tee` that Ctrl-C ended, takes no more lines. What prints must still come to its end.
  stream.on('error', () => {})

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
