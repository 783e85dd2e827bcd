import { createOpenAIInstrumentation } from '../instrument-openai.ts'

export const instrumentations = () => [createOpenAIInstrumentation()]
