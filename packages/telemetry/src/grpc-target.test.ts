import { expect, onTestFinished, test } from 'vitest'
import { connectEcho } from '../fixtures/grpc-echo.ts'
import { readTarget, targetOf } from './grpc-target.ts'
import { createInsideRule } from './outgoing/inside-hosts.ts'

test.each([
  ['core:50051', 'core', 50_051, ['core']],
  ['dns:core:50051', 'core', 50_051, ['core']],
  ['dns://1.2.3.4/core.example:50051', 'core.example', 50_051, ['core.example']],
  ['dns:///core', 'core', undefined, ['core']],
  ['ipv4:10.0.0.1:443', '10.0.0.1', 443, ['10.0.0.1']],
  ['ipv6:::1', '::1', undefined, ['[::1]']],
  ['dns:[::1]:50051', '::1', 50_051, ['[::1]']],
  ['unix:///run/core.sock', '/run/core.sock', undefined, []],
  ['unix:core.sock', 'core.sock', undefined, []],
])('reads the server of %s', (target, address, port, hostnames) => {
  const attributes = { 'server.address': address, ...(port && { 'server.port': port }) }
  expect(readTarget(target)).toEqual({ attributes, hostnames })
})

test.each([
  ['ipv4:10.0.0.1:50051,10.0.0.2:50051', ['10.0.0.1', '10.0.0.2']],
  ['ipv6:[::1]:50051,[fd00::1]:50051', ['[::1]', '[fd00::1]']],
  ['ipv6:::1,fd00::1', ['[::1]', '[fd00::1]']],
])('reads all servers of the list %s, which stays their name', (target, hostnames) => {
  expect(readTarget(target)).toEqual({ attributes: { 'server.address': target }, hostnames })
})

test.each([
  ['ipv4:127.0.0.1:1,127.0.0.2:2', true],
  ['ipv4:127.0.0.1:1,10.0.0.2:2', false],
  ['dns:///core', true],
  ['dns:///api.example.com', false],
  ['dns:core,api.example.com', false],
  ['unix:///run/core.sock', true],
  ['zk://zookeeper/core', false],
])('who is asked through %s is inside: %j', (target, isInside) => {
  expect(readTarget(target).hostnames.every(createInsideRule())).toBe(isInside)
})

test('behind a proxy, who is asked counts and not who is connected to', () => {
  process.env.grpc_proxy = 'http://proxy:3128'
  onTestFinished(() => {
    delete process.env.grpc_proxy
  })
  const target = (host: string) => {
    const client = connectEcho(443, { 'grpc.enable_http_proxy': 1 }, host)
    onTestFinished(() => client.close())
    return readTarget(targetOf(client.getChannel()))
  }
  expect(target('api.example.com')).toEqual({
    attributes: { 'server.address': 'api.example.com', 'server.port': 443 },
    hostnames: ['api.example.com'],
  })
  process.env.no_grpc_proxy = 'core'
  onTestFinished(() => {
    delete process.env.no_grpc_proxy
  })
  expect(target('core').hostnames).toEqual(['core'])
})
