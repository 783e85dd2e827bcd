import { expect, test } from 'vitest'
import { joinTexts } from './join-texts.ts'

test('sends what has come until the caller takes more, in one piece, once', () => {
  const sent: string[] = []
  const writable: (() => void)[] = []
  const texts = joinTexts(
    (text) => sent.push(text),
    (callback) => writable.push(callback),
  )
  texts.add('a')
  texts.add('b')
  expect(sent).toEqual([])
  writable.shift()?.()
  expect(sent).toEqual(['ab'])

  texts.add('c')
  texts.flush()
  writable.shift()?.()
  expect(sent).toEqual(['ab', 'c'])
  expect(writable).toEqual([])
})
