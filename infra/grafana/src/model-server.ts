// The model server: how long a token takes, and who waits for it.
import { quantile } from './metric-rates.ts'
import type { Page } from './page.ts'
import { timeSeries } from './panels.ts'
import { series } from './queries.ts'

const halfAndMost = (metric: string) => [
  series('half within', quantile(0.5, '', metric)),
  series('95 % within', quantile(0.95, '', metric)),
]

export const modelServer: Page = {
  uid: 'throughline-model-server',
  title: 'Throughline: model server',
  description: 'How long answers take, token by token, and how many wait for one.',
  rows: [
    {
      title: 'Answers',
      height: 8,
      panels: [
        timeSeries(
          {
            title: 'Time to the first token',
            description: 'Waiting for a slot included: it rises first when the model is too busy.',
          },
          's',
          halfAndMost('gen_ai_server_time_to_first_token_seconds'),
        ),
        timeSeries(
          { title: 'Time for each further token', description: 'The pace of the engine itself.' },
          's',
          halfAndMost('gen_ai_server_time_per_output_token_seconds'),
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
