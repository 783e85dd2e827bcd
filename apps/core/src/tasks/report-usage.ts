// Of a task that was ended by core: nobody was left to report what its attempts had used, and its checkpoint knows it.
import type { ReportUsageRequest, ReportUsageResponse } from '@throughline/contracts'
import type { Database } from '../database.ts'
import { validate } from '../validation.ts'
import { countLateUsage, reportSchema } from './report.ts'

export async function reportUsage(
  database: Database,
  request: ReportUsageRequest,
): Promise<ReportUsageResponse> {
  return { outcome: await countLateUsage(database, validate(reportSchema, request)) }
}
