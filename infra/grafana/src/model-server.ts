// The model server: how long a token takes, who waits for it, what the engine holds, and what goes wrong.
import { perSecond, quantile } from './metric-rates.ts'
import type { Page, Row } from './page.ts'
import { stat, timeSeries } from './panels.ts'
import { rows, series, value } from './queries.ts'
import { table } from './tables.ts'

const byModel = 'gen_ai_request_model'
const answers = 'gen_ai_server_request_duration_seconds_count'

const halfAndMost = (metric: string) => [
  series(`{{${byModel}}}, half within`, quantile(0.5, `${byModel}, `, metric)),
  series(`{{${byModel}}}, 95 % within`, quantile(0.95, `${byModel}, `, metric)),
]

/** What has never happened is nothing to a counter, and zero to who looks. */
const orNone = (label: string, expr: string) =>
  `${expr} or on() label_replace(vector(0), "${label}", "none", "", "")`

const now: Row = {
  title: 'Now',
  height: 5,
  panels: [
    table(
      {
        title: 'Models that are loaded',
        description: 'Each with the file it came from, by the beginning of its SHA-256.',
      },
      [rows('sum by (model, hash) (throughline_model_info)')],
      [
        { field: 'model', title: 'Model' },
        { field: 'hash', title: 'File' },
        { field: 'Value', title: 'Servers' },
      ],
    ),
    stat(
      { title: 'Waiting', description: 'Requests without a slot. More than a few is too much.' },
      'short',
      value('sum(throughline_model_queue_depth)'),
      ['green', [8, 'orange'], [32, 'red']],
    ),
    stat(
      {
        title: 'Engine restarts',
        description: 'In the time shown. An engine that dies takes its answers with it.',
      },
      'short',
      value('sum(increase(throughline_model_engine_restarts_total[$__range]))'),
      ['green', [1, 'red']],
    ),
    stat(
      {
        title: 'Provider',
        description:
          'Whether requests for other models are forwarded: 0 yes, or there is no provider; 1 one request tries; 2 it is left alone.',
      },
      'short',
      value('max(throughline_model_upstream_circuit_ratio) or vector(0)'),
      ['green', [1, 'orange'], [2, 'red']],
    ),
  ],
}

const latency: Row = {
  title: 'Answers',
  height: 8,
  panels: [
    timeSeries(
      {
        title: 'Time to the first token',
        description:
          'Waiting for a slot included: it rises first when the model is too busy. At the dashed line there is an alert: FirstTokenSlow.',
      },
      's',
      halfAndMost('gen_ai_server_time_to_first_token_seconds'),
      { limit: 2 },
    ),
    timeSeries(
      { title: 'Time for each further token', description: 'The pace of the engine itself.' },
      's',
      halfAndMost('gen_ai_server_time_per_output_token_seconds'),
    ),
    timeSeries(
      {
        title: 'Tokens read and written',
        description: 'A second, by the models of this server. What a slot had kept counts as read.',
      },
      'cps',
      [
        series(
          '{{model}}, {{token_type}}',
          perSecond('model, token_type', 'throughline_model_tokens_total'),
        ),
      ],
    ),
  ],
}

const engine: Row = {
  title: 'The engine',
  height: 8,
  panels: [
    timeSeries(
      {
        title: 'Waiting and working',
        description: 'Requests that wait for a slot, and answers that are written side by side.',
      },
      'short',
      [
        series('{{model}}, waiting', 'sum by (model) (throughline_model_queue_depth)'),
        series('{{model}}, working', 'sum by (model) (throughline_model_batch_size)'),
      ],
    ),
    timeSeries(
      {
        title: 'Cache in use',
        description:
          'Of the tokens that fit. Slots keep what they have read, in case the next prompt begins alike. A gap is an engine that is gone.',
      },
      'percentunit',
      [
        series(
          '{{model}}',
          'sum by (model) (throughline_model_kv_cache_used) / sum by (model) (throughline_model_kv_cache_capacity)',
        ),
      ],
      { max: 1 },
    ),
    timeSeries(
      {
        title: 'Memory',
        description: "Of the engine's process. It rises with a load, and then stays.",
      },
      'bytes',
      [series('{{model}}', 'sum by (model) (throughline_model_engine_memory_bytes)')],
    ),
  ],
}

const trouble: Row = {
  title: 'Trouble',
  height: 8,
  panels: [
    timeSeries(
      {
        title: 'Answers that failed',
        description:
          'A second, by what went wrong. `queue_full` is a server too busy, `engine_unavailable` one that restarts, `upstream_…` the provider.',
      },
      'ops',
      [
        series(
          '{{error_type}}',
          orNone('error_type', perSecond('error_type', `${answers}{error_type!=""}`)),
        ),
      ],
      { stacked: true },
    ),
    timeSeries(
      {
        title: 'Restarts of the engine',
        description:
          'By reason: it crashed, was killed (as the kernel does when memory runs out), stalled, or could not be loaded again.',
      },
      'short',
      [
        series(
          '{{reason}}',
          'sum by (reason) (increase(throughline_model_engine_restarts_total[$__rate_interval]))',
        ),
      ],
    ),
    timeSeries(
      {
        title: 'Asked of the provider again',
        description: 'Because it was not reached, or took no request. None without a provider.',
      },
      'ops',
      [
        series(
          '{{error_type}}',
          orNone('error_type', perSecond('error_type', 'throughline_model_upstream_repeats_total')),
        ),
      ],
    ),
  ],
}

export const modelServer: Page = {
  uid: 'throughline-model-server',
  title: 'Throughline: model server',
  description: 'How long answers take, token by token, who waits for one, and what goes wrong.',
  rows: [now, latency, engine, trouble],
}
