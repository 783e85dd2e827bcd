/** Ends the set-up with one sentence that says what to do; no stack helps the person who reads it. */
export class Sentence extends Error {
  name = 'Sentence'
}
