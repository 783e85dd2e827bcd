// Looks for planted words in what a process has sent and printed, in every form in which they may have got there: a test
// plants a secret in each input and asserts that none comes out.

export interface FoundSecret {
  /** By the name it was planted under. */
  readonly secret: string
  readonly form: string
  /** What stands around it, to find where it came from. */
  readonly excerpt: string
}

export type FindSecrets = (content: string | Uint8Array) => FoundSecret[]

interface Needle {
  readonly secret: string
  readonly form: string
  readonly text: string
  readonly caseMatters: boolean
}

const excerptLength = 60

/** `secrets` by name. Long and unlike any other word: what is found is reported, whatever it was meant to be. */
export function createSecretFinder(secrets: Readonly<Record<string, string>>): FindSecrets {
  const needles = Object.entries(secrets).flatMap(([name, secret]) => formsOf(name, secret))
  return (content) => {
    // A character for a byte: protobuf is no text, and offsets stay what they are.
    const text = Buffer.from(content).toString('latin1')
    const lowerCase = text.toLowerCase()
    return needles.flatMap(({ secret, form, text: needle, caseMatters }) => {
      const at = (caseMatters ? text : lowerCase).indexOf(needle)
      if (at < 0) return []
      const excerpt = text.slice(
        Math.max(0, at - excerptLength),
        at + needle.length + excerptLength,
      )
      return [{ secret, form, excerpt }]
    })
  }
}

function formsOf(secret: string, value: string): Needle[] {
  const bytes = Buffer.from(value)
  const hex = bytes.toString('hex')
  const needles = [
    anyCase('as it is', latin1(value)),
    // Without regard to case only letters of ASCII are compared.
    anyCase('in capitals', latin1(value.toUpperCase())),
    anyCase('in small letters', latin1(value.toLowerCase())),
    anyCase('JSON', latin1(JSON.stringify(value).slice(1, -1))),
    anyCase('URL-encoded', encodeURIComponent(value)),
    anyCase('URL-encoded, every byte', hex.replace(/../g, '%$&')),
    anyCase('hex', hex),
    ...base64Forms(bytes),
  ].map((needle) => ({ secret, ...needle }))
  return needles.filter(
    ({ text }, index) => needles.findIndex((each) => each.text === text) === index,
  )
}

function anyCase(form: string, text: string) {
  return { form, text: text.toLowerCase(), caseMatters: false }
}

function latin1(text: string): string {
  return Buffer.from(text).toString('latin1')
}

/** Three bytes become four letters: what stands before the secret shifts it, and its ends mix with their neighbours. */
function base64Forms(bytes: Buffer) {
  return [0, 1, 2].flatMap((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64')
    const whole = encoded.slice(
      Math.ceil((before * 4) / 3),
      Math.floor(((before + bytes.length) * 4) / 3),
    )
    const forUrls = whole.replaceAll('+', '-').replaceAll('/', '_')
    return [
      { form: 'base64', text: whole, caseMatters: true },
      { form: 'base64url', text: forUrls, caseMatters: true },
    ]
  })
}
