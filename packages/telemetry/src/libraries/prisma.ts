import { createPrismaInstrumentation } from '../instrument-prisma.ts'

export const instrumentations = () => [createPrismaInstrumentation()]
