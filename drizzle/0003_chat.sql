CREATE TABLE "file_chunks" (
	"file_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"bytes" "bytea" NOT NULL,
	CONSTRAINT "file_chunks_file_id_position_pk" PRIMARY KEY("file_id","position")
);
--> statement-breakpoint
CREATE TABLE "files" (
	"id" uuid PRIMARY KEY NOT NULL,
	"workspace_id" uuid NOT NULL,
	"conversation_id" uuid NOT NULL,
	"file_index" integer NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"media_type" text NOT NULL,
	"size_bytes" integer NOT NULL,
	"sha256" text NOT NULL,
	"page_count" integer,
	"extracted_text" text,
	"text_cut" boolean DEFAULT false NOT NULL,
	"state" text DEFAULT 'processing' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "budgets" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"workspace_id" uuid NOT NULL,
	"scope" text NOT NULL,
	"agent_id" uuid,
	"api_key_id" uuid,
	"period" text NOT NULL,
	"limit_usd" numeric(20, 10) NOT NULL,
	"warn_percent" integer DEFAULT 80 NOT NULL,
	"stops" boolean DEFAULT true NOT NULL,
	"warned_for" timestamp with time zone,
	"stopped_for" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "budgets_scope_check" CHECK ((scope = 'agent') = (agent_id IS NOT NULL) AND (scope = 'api_key') = (api_key_id IS NOT NULL))
);
--> statement-breakpoint
CREATE TABLE "usage_totals" (
	"workspace_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"agent_id" uuid NOT NULL,
	"api_key_id" uuid NOT NULL,
	"leg" text NOT NULL,
	"records" bigint NOT NULL,
	"unpriced" bigint NOT NULL,
	"failed" bigint NOT NULL,
	"input_tokens" bigint NOT NULL,
	"output_tokens" bigint NOT NULL,
	"cached_tokens" bigint NOT NULL,
	"audio_seconds" double precision NOT NULL,
	"characters" bigint NOT NULL,
	"cost_usd" numeric(20, 10) NOT NULL,
	CONSTRAINT "usage_totals_workspace_id_at_agent_id_api_key_id_leg_pk" PRIMARY KEY("workspace_id","at","agent_id","api_key_id","leg")
);
--> statement-breakpoint
CREATE TABLE "workspace_prices" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"workspace_id" uuid NOT NULL,
	"leg" text NOT NULL,
	"provider" text NOT NULL,
	"model" text DEFAULT '*' NOT NULL,
	"input_per_million" numeric(20, 10),
	"cached_per_million" numeric(20, 10),
	"output_per_million" numeric(20, 10),
	"per_minute" numeric(20, 10),
	"characters_per_million" numeric(20, 10),
	"starts_at" timestamp with time zone DEFAULT now() NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
DROP INDEX "audit_events_workspace_idx";--> statement-breakpoint
DROP INDEX "calls_recent_idx";--> statement-breakpoint
DROP INDEX "conversations_recent_idx";--> statement-breakpoint
DROP INDEX "conversations_label_idx";--> statement-breakpoint
DROP INDEX "webhook_deliveries_recent_idx";--> statement-breakpoint
ALTER TABLE "calls" ADD COLUMN "api_key_id" uuid;--> statement-breakpoint
ALTER TABLE "conversations" ADD COLUMN "provider" text;--> statement-breakpoint
ALTER TABLE "conversations" ADD COLUMN "model" text;--> statement-breakpoint
ALTER TABLE "conversations" ADD COLUMN "branched_from_id" uuid;--> statement-breakpoint
ALTER TABLE "conversations" ADD COLUMN "branched_at_seq" integer;--> statement-breakpoint
ALTER TABLE "usage_records" ADD COLUMN "user_id" uuid;--> statement-breakpoint
ALTER TABLE "usage_records" ADD COLUMN "api_key_id" uuid;--> statement-breakpoint
ALTER TABLE "usage_records" ADD COLUMN "user_label" text;--> statement-breakpoint
ALTER TABLE "usage_records" ADD COLUMN "channel" text;--> statement-breakpoint
ALTER TABLE "usage_records" ADD COLUMN "cost_usd" numeric(20, 10);--> statement-breakpoint
ALTER TABLE "usage_records" ADD COLUMN "price_version" text;--> statement-breakpoint
ALTER TABLE "usage_records" ADD COLUMN "estimated" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "file_chunks" ADD CONSTRAINT "file_chunks_file_id_files_id_fk" FOREIGN KEY ("file_id") REFERENCES "public"."files"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "files" ADD CONSTRAINT "files_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "files" ADD CONSTRAINT "files_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "public"."conversations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "budgets" ADD CONSTRAINT "budgets_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "budgets" ADD CONSTRAINT "budgets_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "budgets" ADD CONSTRAINT "budgets_api_key_id_api_keys_id_fk" FOREIGN KEY ("api_key_id") REFERENCES "public"."api_keys"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "usage_totals" ADD CONSTRAINT "usage_totals_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workspace_prices" ADD CONSTRAINT "workspace_prices_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "files_index_key" ON "files" USING btree ("conversation_id","file_index");--> statement-breakpoint
CREATE INDEX "files_workspace_idx" ON "files" USING btree ("workspace_id","created_at");--> statement-breakpoint
CREATE INDEX "budgets_workspace_idx" ON "budgets" USING btree ("workspace_id","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "budgets_key" ON "budgets" USING btree ("workspace_id","scope",coalesce("agent_id", "api_key_id", "workspace_id"),"period");--> statement-breakpoint
CREATE UNIQUE INDEX "workspace_prices_key" ON "workspace_prices" USING btree ("workspace_id","leg","provider","model","starts_at");--> statement-breakpoint
ALTER TABLE "conversations" ADD CONSTRAINT "conversations_branched_from_id_conversations_id_fk" FOREIGN KEY ("branched_from_id") REFERENCES "public"."conversations"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "conversations_user_idx" ON "conversations" USING btree ("workspace_id","user_id","updated_at" DESC NULLS FIRST) WHERE user_id IS NOT NULL;--> statement-breakpoint
CREATE INDEX "usage_label_idx" ON "usage_records" USING btree ("workspace_id","user_label","created_at");--> statement-breakpoint
CREATE INDEX "audit_events_workspace_idx" ON "audit_events" USING btree ("workspace_id","at" DESC NULLS FIRST,"id");--> statement-breakpoint
CREATE INDEX "calls_recent_idx" ON "calls" USING btree ("workspace_id","queued_at" DESC NULLS FIRST,"id");--> statement-breakpoint
CREATE INDEX "conversations_recent_idx" ON "conversations" USING btree ("workspace_id","updated_at" DESC NULLS FIRST,"id");--> statement-breakpoint
CREATE INDEX "conversations_label_idx" ON "conversations" USING btree ("workspace_id","user_label","updated_at" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "webhook_deliveries_recent_idx" ON "webhook_deliveries" USING btree ("workspace_id","created_at" DESC NULLS FIRST);--> statement-breakpoint
INSERT INTO "usage_totals" ("workspace_id", "at", "agent_id", "api_key_id", "leg", "records", "unpriced", "failed", "input_tokens", "output_tokens", "cached_tokens", "audio_seconds", "characters", "cost_usd")
SELECT "workspace_id", date_bin(interval '15 minutes', "created_at", timestamptz '2000-01-01 00:00:00+00'),
	coalesce("agent_id", '00000000-0000-0000-0000-000000000000'), coalesce("api_key_id", '00000000-0000-0000-0000-000000000000'), "leg",
	count(*), count(*) FILTER (WHERE "cost_usd" IS NULL), count(*) FILTER (WHERE "success" = 'no'),
	coalesce(sum("input_tokens"), 0), coalesce(sum("output_tokens"), 0), coalesce(sum("cached_tokens"), 0),
	coalesce(sum("audio_seconds"), 0), coalesce(sum("characters"), 0), coalesce(sum("cost_usd"), 0)
FROM "usage_records" GROUP BY 1, 2, 3, 4, 5;
