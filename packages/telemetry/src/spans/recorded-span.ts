// A span that is recorded, as the SDK's interfaces have it: whatever processes the SDK's own spans processes these. The
// same fields, limits and times; but values that need no copy are looked at once, where the SDK makes a WeakSet for each,
// twice.
import {
  type Attributes,
  diag,
  type Exception,
  type HrTime,
  type Link,
  type SpanContext,
  type SpanKind,
  type SpanStatus,
  SpanStatusCode,
  type TimeInput,
} from '@opentelemetry/api'
import {
  AddAttributeDecision,
  addHrTimes,
  cleanAttributes,
  cleanSimpleAttributes,
  hrTimeDuration,
  type InstrumentationScope,
  isTimeInput,
  maybeAddAttribute,
  millisToHrTime,
  timeInputToHrTime,
} from '@opentelemetry/core'
import type { Resource } from '@opentelemetry/resources'
import type { Span, SpanLimits, SpanProcessor, TimedEvent } from '@opentelemetry/sdk-trace'
import {
  ATTR_EXCEPTION_MESSAGE,
  ATTR_EXCEPTION_STACKTRACE,
  ATTR_EXCEPTION_TYPE,
} from '@opentelemetry/semantic-conventions'
import { copyAttributes, isPlain } from './plain-attributes.ts'

/** What all spans of a provider have in common. */
export interface SpanSurroundings {
  readonly resource: Resource
  readonly limits: Required<SpanLimits>
  readonly processor: Required<Pick<SpanProcessor, 'onStart' | 'onEnding' | 'onEnd'>>
}

export interface SpanBeginning {
  readonly name: string
  readonly kind: SpanKind
  readonly spanContext: SpanContext
  readonly parentSpanContext: SpanContext | undefined
  readonly attributes: Attributes | undefined
  readonly links: readonly Link[] | undefined
  readonly startTime: TimeInput | undefined
}

interface ErrorFields {
  readonly code: string | number
  readonly name: string
  readonly message: string
  readonly stack: string
}

export class RecordedSpan implements Span {
  readonly kind: SpanKind
  readonly parentSpanContext: SpanContext | undefined
  readonly resource: Resource
  readonly instrumentationScope: InstrumentationScope
  readonly attributes: Attributes
  readonly links: Link[] = []
  readonly events: TimedEvent[] = []
  readonly startTime: HrTime
  name: string
  status: SpanStatus = { code: SpanStatusCode.UNSET }
  endTime: HrTime = [0, 0]
  duration: HrTime = [-1, -1]
  ended = false
  droppedAttributesCount: number
  droppedEventsCount = 0
  droppedLinksCount = 0

  readonly #context: SpanContext
  readonly #surroundings: SpanSurroundings
  /** By the clock that never jumps; none where the caller said when the span began. */
  readonly #startedAt: number | undefined
  #attributeCount: number

  constructor(surroundings: SpanSurroundings, scope: InstrumentationScope, from: SpanBeginning) {
    const { limits, resource } = surroundings
    this.#surroundings = surroundings
    this.#context = from.spanContext
    this.name = from.name
    this.kind = from.kind
    this.parentSpanContext = from.parentSpanContext
    this.resource = resource
    this.instrumentationScope = scope
    const { attributes, count, droppedCount } = copyAttributes(from.attributes, limits)
    this.attributes = attributes
    this.#attributeCount = count
    this.droppedAttributesCount = droppedCount
    this.#startedAt = from.startTime === undefined ? performance.now() : undefined
    this.startTime =
      from.startTime === undefined ? millisToHrTime(Date.now()) : timeInputToHrTime(from.startTime)
    if (from.links) this.addLinks(from.links)
  }

  spanContext(): SpanContext {
    return this.#context
  }

  isRecording(): boolean {
    return !this.ended
  }

  setAttribute(key: string, value: unknown): this {
    if (this.#isOver()) return this
    const { limits } = this.#surroundings
    const { attributes } = this
    const isRoom = this.#attributeCount < limits.attributeCountLimit
    if (isRoom && isPlain(value, limits) && key !== '') {
      if (!Object.hasOwn(attributes, key)) this.#attributeCount += 1
      attributes[key] = value
      return this
    }
    const currentAttributesCount = this.#attributeCount
    const decision = maybeAddAttribute({ key, value, attributes, limits, currentAttributesCount })
    if (decision === AddAttributeDecision.ADD_NEW) this.#attributeCount += 1
    if (decision === AddAttributeDecision.DROP_LIMIT_REACHED) this.droppedAttributesCount += 1
    return this
  }

  setAttributes(attributes: Attributes): this {
    for (const key of Object.keys(attributes)) this.setAttribute(key, attributes[key])
    return this
  }

  addEvent(name: string, attributesOrTime?: Attributes | TimeInput, time?: TimeInput): this {
    if (this.#isOver()) return this
    const { eventCountLimit, ...limits } = this.#surroundings.limits
    const isTime = isTimeInput(attributesOrTime)
    const at = isTimeInput(time) ? time : isTime ? attributesOrTime : undefined
    this.events.push({
      name,
      time: this.#timeOf(at),
      ...cleanSimpleAttributes(isTime ? undefined : attributesOrTime, {
        attributeCountLimit: limits.attributePerEventCountLimit,
        attributeValueLengthLimit: limits.attributeValueLengthLimit,
      }),
    })
    this.droppedEventsCount += dropOldest(this.events, eventCountLimit)
    return this
  }

  addLink({ context, attributes }: Link): this {
    if (this.#isOver()) return this
    const { linkCountLimit, ...limits } = this.#surroundings.limits
    this.links.push({
      context,
      ...cleanAttributes(attributes, {
        attributeCountLimit: limits.attributePerLinkCountLimit,
        attributeValueLengthLimit: limits.attributeValueLengthLimit,
      }),
    })
    this.droppedLinksCount += dropOldest(this.links, linkCountLimit)
    return this
  }

  addLinks(links: readonly Link[]): this {
    for (const link of links) this.addLink(link)
    return this
  }

  /** OK is the app's last word; UNSET says nothing. */
  setStatus({ code, message }: SpanStatus): this {
    if (this.#isOver() || code === SpanStatusCode.UNSET) return this
    if (this.status.code === SpanStatusCode.OK) return this
    const isTold = code === SpanStatusCode.ERROR && typeof message === 'string'
    this.status = isTold ? { code, message } : { code }
    return this
  }

  updateName(name: string): this {
    if (!this.#isOver()) this.name = name
    return this
  }

  recordException(exception: Exception, time?: TimeInput): void {
    const error = typeof exception === 'string' ? { message: exception } : exception
    const { code, name, message, stack }: Partial<ErrorFields> = error
    const type = code || name
    const attributes = {
      ...(type && { [ATTR_EXCEPTION_TYPE]: String(type) }),
      ...(message && { [ATTR_EXCEPTION_MESSAGE]: message }),
      ...(stack && { [ATTR_EXCEPTION_STACKTRACE]: stack }),
    }
    if (type || message) this.addEvent('exception', attributes, time)
  }

  end(time?: TimeInput): void {
    if (this.#isOver()) return
    const { processor } = this.#surroundings
    this.endTime = this.#timeOf(time)
    this.duration = hrTimeDuration(this.startTime, this.endTime)
    if (this.duration[0] < 0) {
      this.endTime = this.startTime
      this.duration = [0, 0]
    }
    processor.onEnding(this)
    this.ended = true
    processor.onEnd(this)
  }

  #timeOf(time: TimeInput | undefined): HrTime {
    if (time !== undefined) return timeInputToHrTime(time)
    if (this.#startedAt === undefined) return millisToHrTime(Date.now())
    return addHrTimes(this.startTime, millisToHrTime(performance.now() - this.#startedAt))
  }

  #isOver(): boolean {
    if (this.ended) diag.warn(`the span "${this.name}" has ended, and is changed no more`)
    return this.ended
  }
}

function dropOldest(items: unknown[], limit: number): number {
  return items.splice(0, Math.max(0, items.length - limit)).length
}
