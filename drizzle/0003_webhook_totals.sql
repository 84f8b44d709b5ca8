CREATE TABLE "webhook_totals" (
	"workspace_id" uuid NOT NULL,
	"outcome" text NOT NULL,
	"attempts" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "webhook_totals_workspace_id_outcome_pk" PRIMARY KEY("workspace_id","outcome")
);
--> statement-breakpoint
ALTER TABLE "nodes" ADD COLUMN "pid" integer;--> statement-breakpoint
ALTER TABLE "nodes" ADD COLUMN "held_since" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "webhook_totals" ADD CONSTRAINT "webhook_totals_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "webhook_deliveries_pending_idx" ON "webhook_deliveries" USING btree ("next_attempt_at") WHERE state = 'pending';--> statement-breakpoint
CREATE INDEX "webhook_deliveries_finished_idx" ON "webhook_deliveries" USING btree ("finished_at") WHERE state <> 'pending';