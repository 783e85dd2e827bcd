// Secrets in questions to the model server, and one in the model's mouth: a schema leaves it no other answer.
import { secrets } from './words.ts'

/** Resolves with the answers' bodies. */
export async function plantInModel(modelServerUrl: string): Promise<string[]> {
  const ask = async (body: object): Promise<string> => {
    const response = await fetch(`${modelServerUrl}/v1/chat/completions`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${secrets.modelHeader}`,
        'openai-organization': secrets.modelHeader,
      },
      body: JSON.stringify({ ...question, ...body }),
    })
    return response.text()
  }
  return [
    await ask({ response_format: answerWith({ said: { const: secrets.answer } }) }),
    await ask({ response_format: answerWith({ said: { const: secrets.answer } }), stream: true }),
    await ask({ model: secrets.model }),
    await ask({
      response_format: answerWith({ [secrets.schemaKey]: { $ref: secrets.schemaKey } }),
    }),
    await ask({ messages: [{ role: 'user', content: `${secrets.tooLongPrompt} `.repeat(2_000) }] }),
    await ask({ messages: [{ role: secrets.prompt, content: secrets.prompt }] }),
    await ask({ tools: [{ name: secrets.prompt }] }),
  ]
}

const question = {
  model: 'negotiator',
  messages: [
    { role: 'system', content: secrets.systemPrompt },
    { role: 'user', content: secrets.prompt },
  ],
  stop: [secrets.stopWord],
  user: secrets.endUser,
  max_tokens: 40,
}

function answerWith(properties: object) {
  const schema = {
    type: 'object',
    properties,
    required: Object.keys(properties),
    additionalProperties: false,
  }
  return { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema } }
}
