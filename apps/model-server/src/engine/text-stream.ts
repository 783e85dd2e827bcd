// Turns sampled tokens into text that may be shown: whole characters only, and nothing of a stop sequence.

export interface TextStream {
  /** `stopped`: a stop sequence is complete; the text before it has been shown. */
  push(token: number): 'open' | 'stopped'
  /** Shows what was held back in case a character or a stop sequence would follow. */
  end(): void
}

export interface TextStreamOptions {
  /** What tokens add to the text of those before them: some models' words begin with a space only after another word. */
  readonly detokenize: (tokens: readonly number[], before: readonly number[]) => string
  /** The end of what the answer goes on with. */
  readonly before: readonly number[]
  readonly stop: readonly string[]
  readonly onText: (text: string) => void
}

/** A character has at most four bytes, so more undecodable tokens than that are no character in the making. */
const maxPartialTokens = 4
/** So many tokens before tell how a text goes on. */
export const tokensBefore = 3

export function createTextStream(options: TextStreamOptions): TextStream {
  const { detokenize, stop, onText } = options
  let before = options.before
  let tokens: number[] = []
  let held = ''
  let stopped = false

  const show = (length: number) => {
    if (length > 0) onText(held.slice(0, length))
    held = held.slice(length)
  }

  const decodeTokens = (atEnd: boolean) => {
    if (tokens.length === 0) return
    const text = detokenize(tokens, before)
    if (!atEnd && text.endsWith('\uFFFD') && tokens.length < maxPartialTokens) return
    before = [...before, ...tokens].slice(-tokensBefore)
    tokens = []
    held += text
  }

  const findStop = () => {
    const starts = stop.map((sequence) => held.indexOf(sequence)).filter((start) => start >= 0)
    if (starts.length === 0) return
    stopped = true
    show(Math.min(...starts))
    held = ''
  }

  return {
    push: (token) => {
      tokens.push(token)
      decodeTokens(false)
      findStop()
      if (stopped) return 'stopped'
      show(held.length - longestStopPrefix(held, stop))
      return 'open'
    },
    end: () => {
      if (stopped) return
      decodeTokens(true)
      findStop()
      if (!stopped) show(held.length)
    },
  }
}

/** How many characters at the end of the text might be the beginning of a stop sequence. */
function longestStopPrefix(text: string, stop: readonly string[]): number {
  let longest = 0
  for (const sequence of stop) {
    for (let length = Math.min(sequence.length - 1, text.length); length > longest; length--) {
      if (text.endsWith(sequence.slice(0, length))) longest = length
    }
  }
  return longest
}
