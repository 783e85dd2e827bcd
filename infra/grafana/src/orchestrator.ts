// The agents' work: tasks and their nodes, the workers that run them, what it costs, and what holds it back.
import { orZeroFor, perSecond, quantile, total } from './metric-rates.ts'
import type { Page, Row } from './page.ts'
import { pie, stat, timeSeries } from './panels.ts'
import { series, value } from './queries.ts'

const perMinute = (by: string, metric: string) => `${perSecond(by, metric)} * 60`
const started = 'throughline_tasks_started_total'

const tasks: Row = {
  title: 'Tasks',
  height: 8,
  panels: [
    timeSeries(
      {
        title: 'Task throughput by tenant',
        description:
          'Tasks a second that began, that have a result, that never will have one (failed or dead), and that somebody cancelled, begun or not.',
      },
      'ops',
      [
        series('started, {{tenant}}', perSecond('tenant', started)),
        series('completed, {{tenant}}', perSecond('tenant', 'throughline_tasks_completed_total')),
        series(
          'failed, {{tenant}}',
          orZeroFor('tenant', perSecond('tenant', 'throughline_tasks_failed_total'), started),
        ),
        series(
          'cancelled, {{tenant}}',
          orZeroFor('tenant', perSecond('tenant', 'throughline_tasks_cancelled_total'), started),
        ),
      ],
    ),
    timeSeries(
      {
        title: 'Task duration',
        description:
          'From the start of its first attempt to its end. The first wait is not in it, those between attempts are.',
      },
      's',
      [0.5, 0.95, 0.99].map((share) =>
        series(`${share * 100} % within`, quantile(share, '', 'throughline_task_duration_seconds')),
      ),
    ),
    timeSeries(
      {
        title: 'Requeues by reason',
        description:
          'Attempts that follow another one: after an error, a crash, a lease that expired, or a worker that drained.',
      },
      'ops',
      [
        series(
          '{{reason}}',
          `${perSecond('reason', 'throughline_requeues_total')} or on() label_replace(vector(0), "reason", "none", "", "")`,
        ),
      ],
    ),
  ],
}

const now: Row = {
  title: 'Now',
  height: 5,
  panels: [
    stat(
      {
        title: 'Active workers',
        description: 'Processes that have given a sign of life within a lease, as core sees them.',
      },
      'short',
      // Each replica of core tells the same number.
      value('max(throughline_workers_active)'),
      ['red', [1, 'green']],
    ),
    stat(
      {
        title: 'Success rate',
        description: 'The share of tasks that ended with a result, in the time shown.',
      },
      'percentunit',
      value(
        `sum(increase(throughline_tasks_completed_total[$__range])) / (sum(increase(throughline_tasks_completed_total[$__range])) + (sum(increase(throughline_tasks_failed_total[$__range])) or vector(0)))`,
      ),
      ['red', [0.9, 'orange'], [0.98, 'green']],
    ),
    pie(
      {
        title: 'Calls by model',
        description: 'Answers used in the time shown, by the model that gave them.',
      },
      'short',
      value('sum by (model) (increase(throughline_llm_calls_total[$__range]))'),
      'model',
    ),
    timeSeries(
      {
        title: 'Heartbeats by worker',
        description: 'A line that ends is a worker that is gone.',
      },
      'cpm',
      [series('{{worker}}', perMinute('worker', 'throughline_worker_heartbeats_total'))],
    ),
  ],
}

const cost: Row = {
  title: 'Cost',
  height: 8,
  panels: [
    timeSeries(
      {
        title: 'LLM cost by tenant and model',
        description:
          'US dollars a minute, by the price table. Calls without a known price are not in it.',
      },
      'currencyUSD',
      [
        series(
          '{{tenant}}, {{model}}',
          perMinute('tenant, model', 'throughline_llm_cost_usd_total'),
        ),
      ],
      { stacked: true },
    ),
    timeSeries(
      { title: 'Token use', description: 'Tokens a second that models read and wrote.' },
      'cps',
      [series('{{token_type}}', perSecond('token_type', 'throughline_llm_tokens_total'))],
      { stacked: true },
    ),
    timeSeries(
      {
        title: 'Total cost by tenant',
        description: 'US dollars since the beginning of the time shown.',
      },
      'currencyUSD',
      [
        series(
          '{{tenant}}',
          'sum by (tenant) (increase(throughline_llm_cost_usd_total[$__range]))',
        ),
      ],
    ),
  ],
}

const nodes: Row = {
  title: 'Nodes and models',
  height: 8,
  panels: [
    timeSeries(
      {
        title: 'Node executions by type and status',
        description: 'Nodes a second. A node that ran again after a crash is counted again.',
      },
      'ops',
      [
        series(
          '{{node_type}}, {{status}}',
          perSecond('node_type, status', 'throughline_node_executions_total'),
        ),
      ],
      { stacked: true },
    ),
    timeSeries(
      { title: 'Node duration by type', description: 'What half, and 95 of 100, stay within.' },
      's',
      [0.5, 0.95].map((share) =>
        series(
          `{{node_type}}, ${share * 100} % within`,
          quantile(share, 'node_type, ', 'throughline_node_duration_seconds'),
        ),
      ),
    ),
    timeSeries(
      { title: 'LLM latency by model', description: 'From asking to the last token.' },
      's',
      [0.5, 0.95, 0.99].map((share) =>
        series(
          `{{gen_ai_request_model}}, ${share * 100} % within`,
          quantile(share, 'gen_ai_request_model, ', 'gen_ai_client_operation_duration_seconds'),
        ),
      ),
    ),
  ],
}

const limits: Row = {
  title: 'Limits and checkpoints',
  height: 8,
  panels: [
    timeSeries(
      {
        title: 'Tasks that wait for their turn',
        description:
          'Core puts into the queue what may run soon; these are the others. The age of the oldest is on the dashboard of the data stores.',
      },
      'short',
      // Each replica of core tells the same number.
      [series('waiting', 'max(throughline_tasks_waiting)')],
    ),
    timeSeries(
      {
        title: 'Rate-limit hits by tenant',
        description:
          'Requests refused at the edge, and tasks held back until their tenant has room again.',
      },
      'ops',
      [
        series(
          '{{tenant}}',
          orZeroFor('tenant', perSecond('tenant', 'throughline_rate_limit_hits_total'), started),
        ),
      ],
    ),
    timeSeries(
      {
        title: 'Checkpoint saves and restores',
        description: 'Saved after each node; restored when a later attempt goes on from one.',
      },
      'ops',
      [
        series('saved', total('throughline_checkpoints_saved_total')),
        series('restored', `${total('throughline_checkpoints_restored_total')} or vector(0)`),
      ],
    ),
  ],
}

export const orchestrator: Page = {
  uid: 'throughline-orchestrator',
  title: 'Throughline: orchestrator',
  description:
    'Tasks and their nodes, the workers that run them, what it costs, and what holds them back.',
  rows: [now, tasks, cost, nodes, limits],
}
