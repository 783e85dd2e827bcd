// A colour for each service, in the order in which services are met. Hashing names would give two of six services
// the same colour more often than not.

const colourCount = 10

export class ServiceColours {
  readonly #numbers = new Map<string, number>()

  /** A CSS value; base.css has the shades for light and dark. */
  of(service: string): string {
    let number = this.#numbers.get(service)
    if (number === undefined) {
      number = this.#numbers.size % colourCount
      this.#numbers.set(service, number)
    }
    return `var(--service-${number})`
  }
}
