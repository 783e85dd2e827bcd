CREATE TYPE "listing_condition" AS ENUM ('new', 'good', 'worn');
CREATE TYPE "task_state" AS ENUM ('queued', 'running', 'completed', 'failed');
CREATE TYPE "attempt_outcome" AS ENUM ('completed', 'failed', 'abandoned');
CREATE TYPE "negotiation_action" AS ENUM ('accept', 'offer', 'walk_away');

CREATE TABLE "tenants" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "tenants_pkey" PRIMARY KEY ("id"),
    -- Tenant ids are metric labels: short, printable, no surprises.
    CONSTRAINT "tenants_id_check" CHECK ("id" ~ '^[a-z][a-z0-9-]{0,39}$')
);

CREATE TABLE "api_keys" (
    "hash" TEXT NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "trusted" BOOLEAN NOT NULL DEFAULT false,
    "requests_per_minute" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_keys_pkey" PRIMARY KEY ("hash"),
    -- Refuses a key that somebody forgot to hash.
    CONSTRAINT "api_keys_hash_check" CHECK ("hash" ~ '^[0-9a-f]{64}$'),
    CONSTRAINT "api_keys_requests_per_minute_check" CHECK ("requests_per_minute" > 0),
    CONSTRAINT "api_keys_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "api_keys_tenant_id_idx" ON "api_keys"("tenant_id");

CREATE TABLE "listings" (
    "id" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "category" TEXT NOT NULL,
    "condition" "listing_condition" NOT NULL,
    "price_cents" INTEGER NOT NULL,
    "listed_at" TIMESTAMPTZ(3) NOT NULL,
    -- A word in the title outweighs the same word in the description.
    "search" TSVECTOR GENERATED ALWAYS AS (
        setweight(to_tsvector('english', "title"), 'A') || setweight(to_tsvector('english', "description"), 'B')
    ) STORED,

    CONSTRAINT "listings_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "listings_price_cents_check" CHECK ("price_cents" > 0)
);
CREATE INDEX "listings_search_idx" ON "listings" USING GIN ("search");
CREATE INDEX "listings_category_idx" ON "listings"("category");

CREATE TABLE "negotiations" (
    "id" UUID NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "listing_id" TEXT NOT NULL,
    "budget_cents" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "negotiations_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "negotiations_budget_cents_check" CHECK ("budget_cents" > 0),
    CONSTRAINT "negotiations_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "negotiations_listing_id_fkey" FOREIGN KEY ("listing_id") REFERENCES "listings"("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX "negotiations_tenant_id_idx" ON "negotiations"("tenant_id");
CREATE INDEX "negotiations_listing_id_idx" ON "negotiations"("listing_id");

CREATE TABLE "tasks" (
    "id" UUID NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "negotiation_id" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "state" "task_state" NOT NULL DEFAULT 'queued',
    "attempt" INTEGER NOT NULL DEFAULT 0,
    "max_attempts" INTEGER NOT NULL DEFAULT 3,
    "error_code" TEXT,
    "error_message" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "tasks_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "tasks_attempt_check" CHECK ("attempt" BETWEEN 0 AND "max_attempts"),
    CONSTRAINT "tasks_ended_check" CHECK (("state" IN ('completed', 'failed')) = ("ended_at" IS NOT NULL)),
    CONSTRAINT "tasks_error_check" CHECK (("state" = 'failed') = ("error_code" IS NOT NULL)),
    CONSTRAINT "tasks_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "tasks_negotiation_id_fkey" FOREIGN KEY ("negotiation_id") REFERENCES "negotiations"("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "tasks_negotiation_id_key" ON "tasks"("negotiation_id");
CREATE INDEX "tasks_tenant_id_idx" ON "tasks"("tenant_id");
-- The reconciler walks the tasks that have not ended; they stay few while the table grows.
CREATE INDEX "tasks_open_idx" ON "tasks"("id") WHERE "ended_at" IS NULL;

CREATE TABLE "task_attempts" (
    "task_id" UUID NOT NULL,
    "attempt" INTEGER NOT NULL,
    "worker_id" TEXT NOT NULL,
    "traceparent" TEXT,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(3),
    "outcome" "attempt_outcome",

    CONSTRAINT "task_attempts_pkey" PRIMARY KEY ("task_id", "attempt"),
    CONSTRAINT "task_attempts_attempt_check" CHECK ("attempt" > 0),
    CONSTRAINT "task_attempts_outcome_check" CHECK (("outcome" IS NULL) = ("ended_at" IS NULL)),
    CONSTRAINT "task_attempts_task_id_fkey" FOREIGN KEY ("task_id") REFERENCES "tasks"("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- The primary key is the promise that a result counts once.
CREATE TABLE "negotiation_results" (
    "task_id" UUID NOT NULL,
    "attempt" INTEGER NOT NULL,
    "action" "negotiation_action" NOT NULL,
    "price_cents" INTEGER NOT NULL,
    "message" TEXT NOT NULL,
    "model" TEXT NOT NULL,
    "input_tokens" INTEGER NOT NULL,
    "output_tokens" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "negotiation_results_pkey" PRIMARY KEY ("task_id"),
    CONSTRAINT "negotiation_results_price_cents_check" CHECK (("action" = 'walk_away') = ("price_cents" = 0) AND "price_cents" >= 0),
    CONSTRAINT "negotiation_results_tokens_check" CHECK ("input_tokens" >= 0 AND "output_tokens" >= 0),
    CONSTRAINT "negotiation_results_task_id_fkey" FOREIGN KEY ("task_id") REFERENCES "tasks"("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "negotiation_results_task_id_attempt_fkey" FOREIGN KEY ("task_id", "attempt") REFERENCES "task_attempts"("task_id", "attempt") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "negotiation_results_task_id_attempt_key" ON "negotiation_results"("task_id", "attempt");

CREATE TABLE "outbox" (
    "id" BIGSERIAL NOT NULL,
    "task_id" UUID NOT NULL,
    "queue" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "traceparent" TEXT,
    "baggage" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "sent_at" TIMESTAMPTZ(3),

    CONSTRAINT "outbox_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "outbox_task_id_fkey" FOREIGN KEY ("task_id") REFERENCES "tasks"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "outbox_task_id_key" ON "outbox"("task_id");
-- What the relay looks for; empty most of the time.
CREATE INDEX "outbox_unsent_idx" ON "outbox"("id") WHERE "sent_at" IS NULL;
