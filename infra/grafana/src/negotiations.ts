// What the agent does: tasks, their nodes, the model they ask, and what it took.
import type { Page } from './page.ts'
import { timeSeries } from './panels.ts'
import { series } from './queries.ts'

const perSecond = (by: string, metric: string) =>
  `sum by (${by}) (rate(${metric}[$__rate_interval]))`
const total = (metric: string) => `sum(rate(${metric}[$__rate_interval]))`
const quantile = (share: number, by: string, metric: string) =>
  `histogram_quantile(${share}, sum by (${by}le) (rate(${metric}_bucket[$__rate_interval])))`

export const negotiations: Page = {
  uid: 'throughline-negotiations',
  title: 'Throughline: negotiations',
  description: 'Tasks, their nodes, and the model that they ask.',
  rows: [
    {
      title: 'Tasks',
      height: 8,
      panels: [
        timeSeries(
          {
            title: 'Started, completed, failed',
            description:
              'Tasks a second. What is started and not ended yet, is in the hands of a worker.',
          },
          'ops',
          [
            series('started', total('throughline_tasks_started_total')),
            series('completed', total('throughline_tasks_completed_total')),
            series('failed', `${total('throughline_tasks_failed_total')} or vector(0)`),
          ],
        ),
        timeSeries(
          {
            title: 'Duration',
            description: 'Of the attempt that ended a task, waiting in the queue not included.',
          },
          's',
          [
            series('half within', quantile(0.5, '', 'throughline_task_duration_seconds')),
            series('95 % within', quantile(0.95, '', 'throughline_task_duration_seconds')),
          ],
        ),
        timeSeries(
          {
            title: 'Back to the queue',
            description:
              'Tasks that are tried again: after an error, when a lease expired because its worker is gone, or when the job was lost.',
          },
          'ops',
          [
            series(
              '{{reason}}',
              // A zero of its own until there is one.
              `${perSecond('reason', 'throughline_requeues_total')} or on() label_replace(vector(0), "reason", "none", "", "")`,
            ),
          ],
        ),
      ],
    },
    {
      title: 'Nodes and checkpoints',
      height: 8,
      panels: [
        timeSeries(
          {
            title: 'Nodes run',
            description: 'A negotiation runs three that ask the model and one that does not.',
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
          { title: 'Duration of a node, 95th percentile', description: 'By its type.' },
          's',
          [
            series(
              '{{node_type}}',
              quantile(0.95, 'node_type, ', 'throughline_node_duration_seconds'),
            ),
          ],
        ),
        timeSeries(
          {
            title: 'Checkpoints',
            description: 'Saved after each node; restored when a later attempt goes on from one.',
          },
          'ops',
          [
            series('saved', total('throughline_checkpoints_saved_total')),
            series('restored', `${total('throughline_checkpoints_restored_total')} or vector(0)`),
          ],
        ),
      ],
    },
    {
      title: 'The model, as the agent sees it',
      height: 8,
      panels: [
        timeSeries(
          {
            title: 'Duration of a question, 95th percentile',
            description: 'From asking to the last token.',
          },
          's',
          [
            series(
              '{{gen_ai_request_model}}',
              quantile(0.95, 'gen_ai_request_model, ', 'gen_ai_client_operation_duration_seconds'),
            ),
          ],
        ),
        timeSeries(
          {
            title: 'Tokens',
            description: 'Read and written, a second. This is what a provider bills.',
          },
          'cps',
          [series('{{token_type}}', perSecond('token_type', 'throughline_llm_tokens_total'))],
          { stacked: true },
        ),
        timeSeries(
          {
            title: 'Answers used',
            description: 'Answers of a model that were in the form asked for, by tenant.',
          },
          'ops',
          [series('{{tenant}}', perSecond('tenant', 'throughline_llm_calls_total'))],
          { stacked: true },
        ),
      ],
    },
    {
      title: 'The model server',
      height: 8,
      panels: [
        timeSeries(
          {
            title: 'Time to the first token',
            description: 'Waiting for a slot included: it rises first when the model is too busy.',
          },
          's',
          [
            series('half within', quantile(0.5, '', 'gen_ai_server_time_to_first_token_seconds')),
            series('95 % within', quantile(0.95, '', 'gen_ai_server_time_to_first_token_seconds')),
          ],
        ),
        timeSeries(
          { title: 'Time for each further token', description: 'The pace of the engine itself.' },
          's',
          [
            series('half within', quantile(0.5, '', 'gen_ai_server_time_per_output_token_seconds')),
            series(
              '95 % within',
              quantile(0.95, '', 'gen_ai_server_time_per_output_token_seconds'),
            ),
          ],
        ),
        timeSeries(
          {
            title: 'Waiting and working',
            description:
              'Requests that wait for a slot, and answers that are written side by side.',
          },
          'short',
          [
            series('waiting', 'sum(throughline_model_queue_depth)'),
            series('working', 'sum(throughline_model_batch_size)'),
          ],
        ),
      ],
    },
  ],
}
