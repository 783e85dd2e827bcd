import { array, assert, asyncProperty, constantFrom, integer, string } from 'fast-check'
import { expect, test } from 'vitest'
import { maxEventCharacters, readEvents } from './read-events.ts'

async function* inPieces(bytes: Uint8Array, sizes: readonly number[]) {
  let from = 0
  for (let index = 0; from < bytes.length; index++) {
    const size = sizes[index % sizes.length] ?? 1
    yield bytes.subarray(from, from + size)
    from += size
  }
}

async function read(text: string, sizes = [text.length]): Promise<string[]> {
  const data: string[] = []
  const bytes = new TextEncoder().encode(text)
  for await (const event of readEvents(inPieces(bytes, sizes))) data.push(event.data)
  return data
}

test('finds the same events however the bytes come, and whatever ends a line', async () => {
  const datum = string({ unit: 'grapheme', maxLength: 12 }).map((text) => JSON.stringify(text))
  const noise = constantFrom('', ': comment', 'event: message', 'id: 7', 'retry: 10')
  await assert(
    asyncProperty(
      array(datum, { maxLength: 8 }),
      noise,
      constantFrom('\n', '\r\n', '\r'),
      array(integer({ min: 1, max: 9 }), { minLength: 1 }),
      async (data, line, end, sizes) => {
        const lines = data.flatMap((each) => [...(line ? [line] : []), `data: ${each}`, ''])
        expect(await read(lines.map((each) => each + end).join(''), sizes)).toEqual(data)
      },
    ),
  )
})

test('reads an event as the standard has it', async () => {
  expect(await read('data:a\ndata: b\ndata:  c\ndatum: d\nid\n\n')).toEqual(['a\nb\n c'])
  expect(await read('event: end\n\n\n\n: only a comment\n\n')).toEqual([])
  expect(await read('data: complete\n\ndata: not')).toEqual(['complete'])
})

test('sends on the lines of an event, without comments', async () => {
  const bytes = new TextEncoder().encode(': hush\r\nevent: x\r\ndata: 1\r\n\r\n')
  for await (const { text } of readEvents(inPieces(bytes, [3]))) {
    expect(text).toBe('event: x\ndata: 1\n\n')
  }
})

test.each([
  ['of comments', ': wait\n'],
  ['of one line', 'data: x'],
  ['of lines of one event', 'data: x\n'],
  ['of events without data', 'event: x\n\n'],
])('a flood %s has an end', async (_, text) => {
  let sent = 0
  async function* flood() {
    const bytes = new TextEncoder().encode(text.repeat(1_000))
    for (; sent < 4 * maxEventCharacters; sent += bytes.length) yield bytes
  }
  const reading = (async () => {
    for await (const _ of readEvents(flood()));
  })()
  await expect(reading).rejects.toMatchObject({ code: 'upstream_invalid' })
  expect(sent).toBeLessThan(2 * maxEventCharacters)
})

test('what is no UTF-8 is refused', async () => {
  const reading = readEvents(inPieces(new Uint8Array([0xff, 10, 10]), [3])).next()
  await expect(reading).rejects.toMatchObject({ code: 'upstream_invalid' })
})
