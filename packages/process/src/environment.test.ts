import { expect, test } from 'vitest'
import { z } from 'zod'
import { EnvironmentError, readEnvironment } from './environment.ts'

const schema = z.object({ PORT: z.coerce.number().int().max(65_535).default(80), URL: z.url() })

test('names every problem at once', () => {
  const read = () => readEnvironment(schema, { PORT: 'high' })
  expect(read).toThrow(EnvironmentError)
  expect(read).toThrow(/PORT: [\s\S]*URL: /)
})

test('treats an empty variable as unset', () => {
  expect(readEnvironment(schema, { PORT: '', URL: 'http://a' })).toEqual({
    PORT: 80,
    URL: 'http://a',
  })
})
