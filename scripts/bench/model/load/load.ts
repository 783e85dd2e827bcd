// What a load is, and what comes of it: the same for who asks over HTTP and for who asks the engine itself.

export interface Load {
  /** Each asks again as soon as it is answered, until nothing is left to ask. */
  readonly clients: number
  readonly questions: readonly string[]
}

export interface Answer {
  readonly question: number
  readonly text: string
  readonly firstTokenMs: number
  /** Absent where nobody says so. */
  readonly tokens?: number
}

export interface Answered {
  readonly seconds: number
  readonly answers: readonly Answer[]
  /** For a place at the engine, each of them; empty where nobody says so. */
  readonly waitedMs: readonly number[]
}

export async function answerAll<Client, Raw>(
  clients: readonly Client[],
  questions: readonly string[],
  ask: (client: Client, question: string) => Promise<Raw>,
): Promise<{ seconds: number; raw: (readonly [question: number, raw: Raw])[] }> {
  const left = questions.entries()
  const raw: (readonly [number, Raw])[] = []
  const startedAt = performance.now()
  await Promise.all(
    clients.map(async (client) => {
      for (const [number, question] of left) raw.push([number, await ask(client, question)])
    }),
  )
  return { seconds: (performance.now() - startedAt) / 1_000, raw }
}
