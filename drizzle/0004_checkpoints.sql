ALTER TABLE "messages" ADD COLUMN "checkpointed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "checkpoint_usage" jsonb;--> statement-breakpoint
CREATE INDEX "messages_unfinished_idx" ON "messages" USING btree ("checkpointed_at") WHERE checkpointed_at IS NOT NULL;