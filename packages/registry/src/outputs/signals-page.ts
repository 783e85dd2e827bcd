// `docs/signals.md`: the registry for people.
import type {
  Attribute,
  AttributeUse,
  LogEvent,
  Metric,
  NamedEvent,
  Registry,
  Signal,
  Span,
  SpanEvent,
} from '../registry.ts'
import { byArea } from './areas.ts'
import { code, list, type Row, table } from './markdown.ts'

export function makeSignalsPage(registry: Registry): string {
  const { spans, metrics, spanEvents, logs, namedEvents, entities } = registry
  return `${[
    '# Signals',
    introduction,
    '## Spans',
    ...byArea(spans, (some) => table(spanColumns, some.map(spanRow))),
    '## Events on spans',
    table(eventColumns, [...spanEvents.values()].map(eventRow)),
    '## Metrics',
    ...byArea([...metrics.values()], (some) => table(metricColumns, some.map(metricRow))),
    '## Log records',
    commonFields(registry),
    ...byArea([...logs.values()], (some) => table(logColumns, some.map(logRow(registry)))),
    '## Events',
    'Log records that have the name of an event, and no message.',
    table(eventColumns, [...namedEvents.values()].map(eventRow)),
    '## Resource',
    table(
      ['Attribute', 'Values', 'Is'],
      entities.flatMap(({ attributes }) => [...attributes.values()].map(attributeRow)),
    ),
    '## Attributes',
    'Of spans, events and metrics. A span or metric may narrow the values; then its row says so.',
    table(['Attribute', 'Values', 'Is'], attributesOf(registry).map(attributeRow)),
  ].join('\n\n')}\n`
}

const introduction = `Everything that the services send, and nothing else: the end-to-end tests hold a whole run
against it. Generated from [packages/registry/signals](../packages/registry/signals), where a name is entered before it
is used.

**Bold** attributes are always there. In the name of a span, \`{…}\` stands for the attribute of that name. "Series at
most" is how many time series one process may make of a metric, whatever it is asked to do.

| To look for | Type it into |
| --- | --- |
| a span | the search field of lens; in Jaeger, the part with \`=\` into "Tags" |
| a metric | Prometheus, or Grafana's "Explore" |
| a log record | Grafana's "Explore" on Loki; in lens, the trace has its records |`

const spanColumns = ['Span', 'Kind', 'Sent by', 'Attributes', 'Search']
function spanRow(span: Span): Row {
  const { names, placeholders, brief, kind, attributes, events, query } = span
  const sets = [...placeholders].map(([key, values]) => `\`{${key}}\`: ${list(values.map(code))}`)
  const carried = events.length > 0 ? [`Events: ${list(events.map(code))}`] : []
  return [
    [list(names.map(code)), brief, ...sets, ...carried].join('<br>'),
    kind,
    sentBy(span),
    usesText(attributes),
    code(query),
  ]
}

const eventColumns = ['Event', 'Sent by', 'Attributes']
function eventRow(event: SpanEvent | NamedEvent): Row {
  const { name, brief, note } = event
  const text = [code(name), brief, ...(note ? [note] : [])].join('<br>')
  return [text, sentBy(event), usesText(event.attributes)]
}

const metricColumns = ['Metric', 'Instrument', 'Attributes', 'Series at most', 'Sent by', 'PromQL']
function metricRow(metric: Metric): Row {
  const { name, brief, note, instrument, unit, buckets, attributes, maxSeries, query } = metric
  const bounds = buckets && buckets.length > 0 ? [`buckets ${buckets.join(' ')}`] : []
  return [
    [code(name), brief, ...(note ? [note] : [])].join('<br>'),
    [instrument, `unit ${code(unit)}`, ...bounds].join('<br>'),
    usesText(attributes),
    String(maxSeries),
    sentBy(metric),
    code(query),
  ]
}

const logColumns = ['Message', 'Level', 'Sent by', 'Fields', 'LogQL']
function logRow(registry: Registry): (log: LogEvent) => Row {
  const common = new Set(commonNames(registry))
  return (log) => {
    const { message, placeholders, brief, severities, emitters, attributes } = log
    const own = new Map([...attributes].filter(([name]) => !common.has(name)))
    const sets = [...placeholders].map(([key, values]) => `\`{${key}}\`: ${list(values.map(code))}`)
    const text = message.replace(/^.*\}|\{.*$/g, '').trim()
    return [
      [code(message), brief, ...sets].join('<br>'),
      list(severities),
      sentBy(log),
      usesText(own),
      code(`{service_name=~"${emitters.join('|')}"} |= "${text}"`),
    ]
  }
}

/** Fields that all records have are said once. */
function commonNames({ logs }: Registry): string[] {
  const [first, ...others] = [...logs.values()].map(({ attributes }) => attributes)
  return [...(first?.keys() ?? [])].filter((name) => others.every((each) => each.has(name)))
}

function commonFields(registry: Registry): string {
  const names = commonNames(registry).map(code)
  return `A message is constant, facts are fields. All records have ${list(names)}, and inside a span its trace id and span id.`
}

function attributesOf({ attributes, entities }: Registry): Attribute[] {
  const ofResource = new Set(entities.flatMap((entity) => [...entity.attributes.keys()]))
  return [...attributes.values()]
    .filter(({ name }) => !ofResource.has(name))
    .sort((one, other) => one.name.localeCompare(other.name, 'en'))
}

function attributeRow(one: Attribute | AttributeUse): Row {
  const { name, type, values, brief, examples, library } = 'attribute' in one ? one.attribute : one
  const set = values ? list(values.map((value) => code(String(value)))) : type
  const shown = examples.slice(0, 2).map((example) => code(String(example).split('\n', 1)[0] ?? ''))
  return [
    code(name),
    set + (shown.length > 0 ? `, such as ${list(shown)}` : ''),
    brief + (library ? ` A name of ${library}.` : ''),
  ]
}

function usesText(attributes: ReadonlyMap<string, AttributeUse>): string {
  return [...attributes.values()].map(useText).join('<br>')
}

function useText({ attribute, level, condition, values }: AttributeUse): string {
  const name = level === 'required' ? `**${code(attribute.name)}**` : code(attribute.name)
  const narrowed = values === attribute.values ? '' : ` (${list((values ?? []).map(String))})`
  return `${name}${narrowed}${condition ? ` when ${condition}` : ''}`
}

function sentBy({ emitters, library }: Signal): string {
  return list(emitters) + (library ? `<br>by ${library}` : '')
}
