// `pnpm --filter @throughline/orchestrator draw`: writes docs/workflows.md.
import { writeFileSync } from 'node:fs'
import { allWorkflows } from '../workflows/all-workflows.ts'
import { makeWorkflowsPage, workflowsPagePath } from './workflows-page.ts'

writeFileSync(workflowsPagePath, makeWorkflowsPage(Object.values(allWorkflows)))
