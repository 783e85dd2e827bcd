import { PinoLines } from '../pino-lines.ts'

export const instrumentations = () => [new PinoLines()]
