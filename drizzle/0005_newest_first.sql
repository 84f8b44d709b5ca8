DROP INDEX "audit_events_workspace_idx";--> statement-breakpoint
DROP INDEX "calls_recent_idx";--> statement-breakpoint
DROP INDEX "conversations_recent_idx";--> statement-breakpoint
DROP INDEX "conversations_label_idx";--> statement-breakpoint
DROP INDEX "conversations_user_idx";--> statement-breakpoint
DROP INDEX "webhook_deliveries_recent_idx";--> statement-breakpoint
CREATE INDEX "audit_events_workspace_idx" ON "audit_events" USING btree ("workspace_id","at" DESC NULLS FIRST,"id");--> statement-breakpoint
CREATE INDEX "calls_recent_idx" ON "calls" USING btree ("workspace_id","queued_at" DESC NULLS FIRST,"id");--> statement-breakpoint
CREATE INDEX "conversations_recent_idx" ON "conversations" USING btree ("workspace_id","updated_at" DESC NULLS FIRST,"id");--> statement-breakpoint
CREATE INDEX "conversations_label_idx" ON "conversations" USING btree ("workspace_id","user_label","updated_at" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "conversations_user_idx" ON "conversations" USING btree ("workspace_id","user_id","updated_at" DESC NULLS FIRST) WHERE user_id IS NOT NULL;--> statement-breakpoint
CREATE INDEX "webhook_deliveries_recent_idx" ON "webhook_deliveries" USING btree ("workspace_id","created_at" DESC NULLS FIRST);