import { z } from 'zod'

/**
 * As clients of OpenAI have it: `https://api.openai.com/v1`. Without a path it is that of version 1, which every
 * provider has. A key has a variable of its own, and no place in an address that is shown in spans.
 */
export const upstreamUrl = z
  .url({ protocol: /^https?$/ })
  .transform((text) => new URL(text))
  .refine(
    ({ username, password }) => username === '' && password === '',
    'must hold no credentials',
  )
  .refine(({ search, hash }) => search === '' && hash === '', 'must end with its path')
  .transform((url) => (url.pathname === '/' ? new URL('/v1', url) : url))
