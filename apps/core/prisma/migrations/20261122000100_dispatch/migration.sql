-- The outbox is what the dispatcher chooses from: a row for every task that has not ended, either waiting for its
-- tenant's turn (not sent) or in flight (sent). Nothing it looks at grows with the tasks that have ended.

DELETE FROM "outbox" USING "tasks" WHERE "tasks"."id" = "task_id" AND "ended_at" IS NOT NULL;

-- A job's type and payload follow from its task.
ALTER TABLE "outbox" DROP COLUMN "payload", DROP COLUMN "queue";

DROP INDEX "outbox_unsent_idx";
-- Next first, by tenant.
CREATE INDEX "outbox_waiting_idx" ON "outbox"("tenant_id", "id") WHERE "sent_at" IS NULL;
CREATE INDEX "outbox_in_flight_idx" ON "outbox"("tenant_id") WHERE "sent_at" IS NOT NULL;

-- Rows come and go with every task: what they leave behind is cleared away by number, not by share of the backlog.
ALTER TABLE "outbox" SET (
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
    autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 5000
);

-- Whatever ends a task frees its place, in the same statement.
CREATE FUNCTION "close_outbox"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM "outbox" WHERE "task_id" = NEW."id";
    RETURN NULL;
END $$;
CREATE TRIGGER "tasks_close_outbox" AFTER UPDATE OF "ended_at" ON "tasks"
    FOR EACH ROW WHEN (OLD."ended_at" IS NULL AND NEW."ended_at" IS NOT NULL)
    EXECUTE FUNCTION "close_outbox"();
