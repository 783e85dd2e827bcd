// Stands between core and a server, to take the server away and bring it back.
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export async function startBreakableProxy(targetUrl: string) {
  const target = new URL(targetUrl)
  const sockets = new Set<Socket>()
  const answers = new Set<Socket>()
  let broken = false
  let muted = false
  let severed = 0
  let unheard = 0

  const server = createServer((inbound) => {
    if (broken) {
      severed += 1
      return void inbound.destroy()
    }
    const outbound = connect(Number(target.port), target.hostname)
    answers.add(outbound)
    outbound.once('close', () => answers.delete(outbound))
    for (const [one, other] of [
      [inbound, outbound],
      [outbound, inbound],
    ] as const) {
      sockets.add(one)
      one.pipe(other)
      one.on('error', () => other.destroy())
      one.on('close', () => {
        sockets.delete(one)
        other.destroy()
      })
    }
    if (muted) mute(outbound)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  /** What it says is read, and goes nowhere. */
  const mute = (answering: Socket) => {
    answering.unpipe().on('data', () => {
      unheard += 1
    })
    answering.resume()
  }
  const dropAll = () => {
    for (const socket of sockets) socket.destroy()
  }
  const url = new URL(target)
  url.port = String((server.address() as AddressInfo).port)
  return {
    url: url.href,
    /** Connections that were ended or refused, and pieces of answers that went nowhere. */
    harm: () => severed + unheard,
    /** Ends every connection and takes no other. */
    breakOff() {
      broken = true
      severed += answers.size
      dropAll()
    },
    /** What is asked arrives; no answer comes back. */
    muteAnswers() {
      muted = true
      for (const answering of answers) mute(answering)
    },
    restore() {
      broken = false
      // A connection with a gap in it cannot go on.
      if (muted) dropAll()
      muted = false
    },
    async stop() {
      dropAll()
      server.close()
      await once(server, 'close')
    },
  }
}
