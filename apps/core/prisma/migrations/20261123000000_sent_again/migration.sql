-- What is sent again because nobody heard the answer is answered with what it led to the first time.

ALTER TABLE "tasks"
    -- Of the newest attempt.
    ADD COLUMN "delivery_id" TEXT,
    ADD COLUMN "idempotency_key" TEXT,
    -- Of the request that came with the key: another request with the same key is refused.
    ADD COLUMN "request_digest" TEXT,
    ADD CONSTRAINT "tasks_idempotency_check" CHECK (("idempotency_key" IS NULL) = ("request_digest" IS NULL));

CREATE UNIQUE INDEX "tasks_idempotency_key_idx" ON "tasks"("tenant_id", "idempotency_key") WHERE "idempotency_key" IS NOT NULL;
