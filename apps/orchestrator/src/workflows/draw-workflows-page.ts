// `pnpm --filter @throughline/orchestrator generate`: writes docs/workflows.md.
import { writeFileSync } from 'node:fs'
import { allWorkflows } from './all-workflows.ts'
import { makeWorkflowsPage, workflowsPagePath } from './workflows-page.ts'

writeFileSync(workflowsPagePath, makeWorkflowsPage(Object.values(allWorkflows)))
