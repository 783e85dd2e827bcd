// RFC 9112, section 3.2: HTTP/1.1 without a host is a bad request. Node's own refusal would be no problem+json.
import type { FastifyInstance } from 'fastify'
import { GatewayError } from '../errors.ts'

export function requireHost(app: FastifyInstance): void {
  app.addHook('onRequest', ({ raw }, _reply, done) => {
    if (raw.headers.host !== undefined || raw.httpVersion !== '1.1') return done()
    const fields = [{ field: 'host', message: 'is required' }]
    done(new GatewayError('invalid', 'The request names no host', { fields }))
  })
}
