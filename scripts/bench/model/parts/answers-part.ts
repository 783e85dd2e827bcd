// Each subject answers the same questions, from one client and from many.
import { cpuMicrosOf, memoryOf, processTree } from '../../process-tree.ts'
import { quantile } from '../../telemetry/statistics.ts'
import type { Answer, Answered } from '../load/load.ts'
import { questions } from '../questions.ts'
import { startSubject } from '../subjects/start-subject.ts'
import { type Bench, type SubjectName, subjectNames } from '../subjects/subject.ts'
import type { Part } from './part.ts'

export const clientCounts = [1, 4, 16, 64] as const

/** All of the questions so often. A program that has just started is still being compiled, a server more than an engine. */
const warmUpTimes = 3
/** The order of the subjects is drawn; what they are asked is not. */
const questionSeed = 7
const mebibyte = 2 ** 20

/** First the engine answers everything once: that is what the others are held against. */
export async function answersPart(bench: Bench, count: number): Promise<Part<SubjectName>> {
  const asked = questions(count, questionSeed)
  const warmUp = { clients: 4, questions: Array(warmUpTimes).fill(asked).flat() }
  await using engine = await startSubject(bench, 'engine')
  const reference = new Map<number, Answer>()
  const { answers } = await engine.answer({ clients: 1, questions: asked })
  for (const answer of answers) reference.set(answer.question, answer)
  const tokens = answers.reduce((sum, answer) => sum + (answer.tokens ?? 0), 0)

  return {
    variants: subjectNames.filter((name) => name !== 'llama-cpp-python' || bench.llamaCppPython),
    async measure(name) {
      await using subject = await startSubject(bench, name)
      await subject.answer(warmUp)
      const sample: Record<string, number> = {}
      let differing = 0
      for (const clients of clientCounts) {
        bench.signal.throwIfAborted()
        const cpuBefore = cpuMicrosBelow(subject.pid)
        const answered = await subject.answer({ clients, questions: asked })
        const cpuMicros = (cpuMicrosBelow(subject.pid) - cpuBefore) / tokens
        const tokensPerSecond = tokens / answered.seconds
        const figures = { ...timesOf(answered), tokensPerSecond, cpuMicros }
        for (const [key, value] of Object.entries(figures)) sample[`${key} ${clients}`] = value
        differing += answered.answers.filter((one) => isOther(one, reference)).length
      }
      return { ...sample, differing, ...memoryBelow(subject.pid) }
    },
  }
}

function timesOf({ answers, waitedMs }: Answered) {
  const first = answers.map(({ firstTokenMs }) => firstTokenMs)
  return {
    firstTokenMs: quantile(first, 0.5),
    firstTokenP99Ms: quantile(first, 0.99),
    waitedMs: quantile(waitedMs, 0.5),
  }
}

/** Another text, or the same and other tokens counted. */
function isOther({ question, text, tokens }: Answer, reference: ReadonlyMap<number, Answer>) {
  const expected = reference.get(question)
  return text !== expected?.text || (tokens !== undefined && tokens !== expected.tokens)
}

function cpuMicrosBelow(pid: number): number {
  return processTree(pid).reduce((sum, one) => sum + cpuMicrosOf(one), 0)
}

function memoryBelow(pid: number) {
  const memory = processTree(pid).map(memoryOf)
  const mebibytes = (key: 'pssBytes' | 'rssBytes') =>
    memory.reduce((sum, one) => sum + one[key], 0) / mebibyte
  return { pssMebibytes: mebibytes('pssBytes'), rssMebibytes: mebibytes('rssBytes') }
}
