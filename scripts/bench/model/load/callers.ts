// Who asks a server: clients in a process of their own, so that what they cost is nobody's but theirs.
import { offerWork } from '../../telemetry/control.ts'
import { maxTokens } from '../questions.ts'
import { type Answered, answerAll, type Load } from './load.ts'
import { readAnswer } from './read-answer.ts'
import { openConnection } from './stream-connection.ts'

export interface HttpLoad extends Load {
  readonly port: number
  readonly model: string
}

offerWork(async ({ port, model, clients, questions }: HttpLoad): Promise<Answered> => {
  using stack = new DisposableStack()
  const connections = await Promise.all(
    Array.from({ length: clients }, async () => stack.use(await openConnection(port))),
  )
  const bodies = questions.map((content, number) =>
    JSON.stringify({
      // Another one each time: what a server keeps of a caller's prompts is of no use here.
      user: `caller ${number}`,
      ...{ model, stream: true, stream_options: { include_usage: true } },
      // Not OpenAI's: llama-cpp-python would punish what repeats itself, and all are to say the same.
      ...{ temperature: 0, max_tokens: maxTokens, repeat_penalty: 1 },
      messages: [{ role: 'user', content }],
    }),
  )
  const { seconds, raw } = await answerAll(connections, bodies, (one, body) => one.ask(body))
  const answers = raw.map(([question, { firstTokenMs, received }]) => ({
    ...{ question, firstTokenMs },
    ...readAnswer(received),
  }))
  return { seconds, answers, waitedMs: [] }
})
