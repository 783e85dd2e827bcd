-- Tasks of any type: what goes in and what comes out is JSON, failures are counted apart from attempts, and every
-- attempt says what it used.

-- Values that are added to a type cannot be used in the transaction that adds them: the types are made anew.
ALTER TABLE "tasks"
    DROP CONSTRAINT "tasks_attempt_check",
    DROP CONSTRAINT "tasks_ended_check",
    DROP CONSTRAINT "tasks_error_check";
ALTER TABLE "task_attempts" DROP CONSTRAINT "task_attempts_outcome_check";

ALTER TYPE "task_state" RENAME TO "task_state_before";
CREATE TYPE "task_state" AS ENUM ('queued', 'running', 'completed', 'failed', 'cancelled', 'dead');
ALTER TABLE "tasks"
    ALTER COLUMN "state" DROP DEFAULT,
    ALTER COLUMN "state" TYPE "task_state" USING "state"::text::"task_state",
    ALTER COLUMN "state" SET DEFAULT 'queued';
DROP TYPE "task_state_before";

ALTER TYPE "attempt_outcome" RENAME TO "attempt_outcome_before";
CREATE TYPE "attempt_outcome" AS ENUM ('completed', 'failed', 'released', 'abandoned', 'cancelled');
ALTER TABLE "task_attempts"
    ALTER COLUMN "outcome" TYPE "attempt_outcome" USING "outcome"::text::"attempt_outcome";
DROP TYPE "attempt_outcome_before";

ALTER TABLE "tenants"
    ADD COLUMN "max_running_tasks" INTEGER NOT NULL DEFAULT 64,
    ADD COLUMN "tasks_per_minute" INTEGER NOT NULL DEFAULT 60000,
    -- No budget is no limit. A task keeps the budget that it was submitted with.
    ADD COLUMN "budget_nano_usd_per_task" BIGINT,
    ADD COLUMN "budget_nano_usd_per_day" BIGINT,
    ADD CONSTRAINT "tenants_limits_check" CHECK ("max_running_tasks" > 0 AND "tasks_per_minute" > 0),
    ADD CONSTRAINT "tenants_budget_check" CHECK ("budget_nano_usd_per_task" >= 0 AND "budget_nano_usd_per_day" >= 0);

ALTER TABLE "task_attempts"
    ADD COLUMN "reported_at" TIMESTAMPTZ(3),
    ADD COLUMN "error_code" TEXT,
    ADD COLUMN "input_tokens" BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN "output_tokens" BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN "cost_nano_usd" BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN "unpriced_calls" BIGINT NOT NULL DEFAULT 0;

ALTER TABLE "tasks" RENAME COLUMN "max_attempts" TO "max_failures";
ALTER TABLE "tasks"
    ALTER COLUMN "negotiation_id" DROP NOT NULL,
    ADD COLUMN "input" JSONB,
    ADD COLUMN "failures" INTEGER NOT NULL DEFAULT 0,
    -- The newest attempt that has reported: what later ones used is not in the sums below.
    ADD COLUMN "reported_attempt" INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN "budget_nano_usd" BIGINT,
    ADD COLUMN "input_tokens" BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN "output_tokens" BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN "cost_nano_usd" BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN "unpriced_calls" BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN "queued_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    ADD COLUMN "first_started_at" TIMESTAMPTZ(3);

-- The primary key is the promise that a result counts once.
CREATE TABLE "task_results" (
    "task_id" UUID NOT NULL,
    "attempt" INTEGER NOT NULL,
    "result" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "task_results_pkey" PRIMARY KEY ("task_id"),
    CONSTRAINT "task_results_task_id_fkey" FOREIGN KEY ("task_id") REFERENCES "tasks"("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- What each tenant used on each day (UTC) on which an attempt of its tasks reported.
CREATE TABLE "tenant_days" (
    "tenant_id" TEXT NOT NULL,
    "day" DATE NOT NULL,
    "input_tokens" BIGINT NOT NULL DEFAULT 0,
    "output_tokens" BIGINT NOT NULL DEFAULT 0,
    "cost_nano_usd" BIGINT NOT NULL DEFAULT 0,
    "unpriced_calls" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "tenant_days_pkey" PRIMARY KEY ("tenant_id", "day"),
    CONSTRAINT "tenant_days_usage_check" CHECK (LEAST("input_tokens", "output_tokens", "cost_nano_usd", "unpriced_calls") >= 0),
    CONSTRAINT "tenant_days_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- Rows of the first version. All of them are negotiations, each of which asked its model three questions, for a price
-- that nobody wrote down.
INSERT INTO "task_results" ("task_id", "attempt", "result", "created_at")
SELECT "task_id", "attempt",
    jsonb_build_object('action', "action", 'priceCents', "price_cents", 'message', "message", 'model', "model", 'rounds', '[]'::jsonb),
    "created_at"
FROM "negotiation_results";

UPDATE "task_attempts"
SET "input_tokens" = used."input_tokens", "output_tokens" = used."output_tokens", "unpriced_calls" = 3
FROM "negotiation_results" AS used
WHERE used."task_id" = "task_attempts"."task_id" AND used."attempt" = "task_attempts"."attempt";

UPDATE "task_attempts" SET "reported_at" = "ended_at" WHERE "outcome" IN ('completed', 'failed');

-- Of the failures before its last, a task kept no word.
UPDATE "task_attempts" SET "error_code" = "tasks"."error_code"
FROM "tasks"
WHERE "tasks"."id" = "task_id" AND "tasks"."attempt" = "task_attempts"."attempt" AND "outcome" = 'failed';

UPDATE "tasks" SET
    "input" = jsonb_build_object(
        'listing', jsonb_build_object(
            'id', "listings"."id", 'title', "title", 'category', "category", 'condition', "condition",
            'priceCents', "price_cents",
            'daysListed', GREATEST(0, EXTRACT(DAY FROM "tasks"."created_at" - "listed_at")::int)),
        'budgetCents', "budget_cents"),
    "queued_at" = "tasks"."created_at"
FROM "negotiations" JOIN "listings" ON "listings"."id" = "listing_id"
WHERE "negotiations"."id" = "negotiation_id";

UPDATE "tasks" SET
    "failures" = LEAST("max_failures", tried."failures"),
    "reported_attempt" = tried."reported_attempt",
    "first_started_at" = tried."first_started_at",
    "input_tokens" = tried."input_tokens",
    "output_tokens" = tried."output_tokens",
    "unpriced_calls" = tried."unpriced_calls"
FROM (
    SELECT "task_id",
        count(*) FILTER (WHERE "outcome" IN ('failed', 'abandoned')) AS "failures",
        COALESCE(max("attempt") FILTER (WHERE "reported_at" IS NOT NULL), 0) AS "reported_attempt",
        min("started_at") AS "first_started_at",
        sum("input_tokens") AS "input_tokens",
        sum("output_tokens") AS "output_tokens",
        sum("unpriced_calls") AS "unpriced_calls"
    FROM "task_attempts" GROUP BY "task_id"
) AS tried
WHERE tried."task_id" = "tasks"."id";

UPDATE "tasks" SET "state" = 'dead' WHERE "error_code" = 'attempts_exhausted';

INSERT INTO "tenant_days" ("tenant_id", "day", "input_tokens", "output_tokens", "unpriced_calls")
SELECT "tenant_id", ("task_attempts"."ended_at" AT TIME ZONE 'UTC')::date,
    sum("task_attempts"."input_tokens"), sum("task_attempts"."output_tokens"), sum("task_attempts"."unpriced_calls")
FROM "task_attempts" JOIN "tasks" ON "tasks"."id" = "task_id"
WHERE "task_attempts"."unpriced_calls" > 0
GROUP BY 1, 2;

DROP TABLE "negotiation_results";
DROP TYPE "negotiation_action";

ALTER TABLE "tasks"
    ALTER COLUMN "input" SET NOT NULL,
    ADD CONSTRAINT "tasks_attempt_check" CHECK ("reported_attempt" BETWEEN 0 AND "attempt"),
    ADD CONSTRAINT "tasks_failures_check" CHECK ("failures" BETWEEN 0 AND "max_failures"),
    ADD CONSTRAINT "tasks_budget_check" CHECK ("budget_nano_usd" >= 0),
    ADD CONSTRAINT "tasks_usage_check" CHECK (LEAST("input_tokens", "output_tokens", "cost_nano_usd", "unpriced_calls") >= 0),
    ADD CONSTRAINT "tasks_ended_check" CHECK (("state" IN ('completed', 'failed', 'cancelled', 'dead')) = ("ended_at" IS NOT NULL)),
    ADD CONSTRAINT "tasks_error_check" CHECK (("state" IN ('failed', 'cancelled', 'dead')) = ("error_code" IS NOT NULL));
ALTER TABLE "task_attempts"
    ADD CONSTRAINT "task_attempts_outcome_check" CHECK (("outcome" IS NULL) = ("ended_at" IS NULL)),
    ADD CONSTRAINT "task_attempts_usage_check" CHECK (LEAST("input_tokens", "output_tokens", "cost_nano_usd", "unpriced_calls") >= 0);

-- Operators read the newest first: of all tenants, of one, or of those that ended without a result. None of these
-- indexes holds a column that starting an attempt changes, which keeps that update out of all of them.
DROP INDEX "tasks_tenant_id_idx";
CREATE INDEX "tasks_created_at_id_idx" ON "tasks"("created_at", "id");
CREATE INDEX "tasks_tenant_id_created_at_id_idx" ON "tasks"("tenant_id", "created_at", "id");
CREATE INDEX "tasks_unsuccessful_idx" ON "tasks"("created_at", "id") WHERE "error_code" IS NOT NULL;

-- The dispatcher takes turns between the tenants that have something to send.
ALTER TABLE "outbox" ADD COLUMN "tenant_id" TEXT;
UPDATE "outbox" SET "tenant_id" = "tasks"."tenant_id" FROM "tasks" WHERE "tasks"."id" = "task_id";
ALTER TABLE "outbox" ALTER COLUMN "tenant_id" SET NOT NULL;
