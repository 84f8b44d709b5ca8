CREATE TABLE "call_events" (
	"id" uuid PRIMARY KEY NOT NULL,
	"workspace_id" uuid NOT NULL,
	"call_id" uuid NOT NULL,
	"seq" integer NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"kind" text NOT NULL,
	"direction" text,
	"summary" text NOT NULL,
	"details" jsonb DEFAULT '{}'::jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "calls" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"workspace_id" uuid NOT NULL,
	"number" bigserial NOT NULL,
	"call_id" text NOT NULL,
	"direction" text NOT NULL,
	"state" text NOT NULL,
	"end_reason" text,
	"error" text,
	"sip_status" integer,
	"trunk_id" uuid,
	"agent_id" uuid,
	"conversation_id" uuid,
	"extension" text NOT NULL,
	"remote_name" text,
	"called_number" text,
	"message" text,
	"choice" jsonb,
	"converse" boolean DEFAULT false NOT NULL,
	"callback_url" text,
	"ring_timeout_seconds" integer DEFAULT 30 NOT NULL,
	"max_duration_seconds" integer DEFAULT 3600 NOT NULL,
	"request_digest" text,
	"requested_by" text,
	"attempt_id" uuid,
	"node_id" uuid,
	"sip_call_id" text,
	"message_played" boolean DEFAULT false NOT NULL,
	"choice_response" text,
	"choice_raw_text" text,
	"media" jsonb,
	"duration_seconds" double precision,
	"queued_at" timestamp with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp with time zone,
	"ringing_at" timestamp with time zone,
	"answered_at" timestamp with time zone,
	"ended_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "call_policies" (
	"workspace_id" uuid PRIMARY KEY NOT NULL,
	"default_agent_id" uuid,
	"max_concurrent" integer,
	"calls_per_second" double precision,
	"allowed_prefixes" text[] DEFAULT '{}' NOT NULL,
	"denied_prefixes" text[] DEFAULT '{}' NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "dispatch_rules" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"workspace_id" uuid NOT NULL,
	"trunk_id" uuid,
	"match" text NOT NULL,
	"agent_id" uuid NOT NULL,
	"priority" integer DEFAULT 0 NOT NULL,
	"position" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "trunks" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"workspace_id" uuid NOT NULL,
	"name" text NOT NULL,
	"source" text DEFAULT 'console' NOT NULL,
	"domain" text NOT NULL,
	"proxy" text,
	"transport" text DEFAULT 'udp' NOT NULL,
	"username" text NOT NULL,
	"auth_username" text,
	"registers" boolean DEFAULT true NOT NULL,
	"allowed_addresses" text[] DEFAULT '{}' NOT NULL,
	"caller_username" text,
	"numbers" text[] DEFAULT '{}' NOT NULL,
	"caller_id" text,
	"display_name" text,
	"default_agent_id" uuid,
	"is_default" boolean DEFAULT false NOT NULL,
	"is_active" boolean DEFAULT true NOT NULL,
	"max_calls" integer,
	"calls_per_second" double precision,
	"node_id" uuid,
	"state" text DEFAULT 'stopped' NOT NULL,
	"last_error" text,
	"registered_until" timestamp with time zone,
	"state_changed_at" timestamp with time zone DEFAULT now() NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "webhook_attempts" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"delivery_id" uuid NOT NULL,
	"workspace_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"duration_ms" integer NOT NULL,
	"status" integer,
	"error" text
);
--> statement-breakpoint
CREATE TABLE "webhook_deliveries" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"workspace_id" uuid NOT NULL,
	"event" text NOT NULL,
	"subject_id" uuid,
	"url" text NOT NULL,
	"body" text NOT NULL,
	"state" text DEFAULT 'pending' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "webhook_totals" (
	"workspace_id" uuid NOT NULL,
	"outcome" text NOT NULL,
	"attempts" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "webhook_totals_workspace_id_outcome_pk" PRIMARY KEY("workspace_id","outcome")
);
--> statement-breakpoint
ALTER TABLE "nodes" ADD COLUMN "pid" integer;--> statement-breakpoint
ALTER TABLE "nodes" ADD COLUMN "held_since" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "call_events" ADD CONSTRAINT "call_events_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "call_events" ADD CONSTRAINT "call_events_call_id_calls_id_fk" FOREIGN KEY ("call_id") REFERENCES "public"."calls"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "calls" ADD CONSTRAINT "calls_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "calls" ADD CONSTRAINT "calls_trunk_id_trunks_id_fk" FOREIGN KEY ("trunk_id") REFERENCES "public"."trunks"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "calls" ADD CONSTRAINT "calls_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "call_policies" ADD CONSTRAINT "call_policies_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "call_policies" ADD CONSTRAINT "call_policies_default_agent_id_agents_id_fk" FOREIGN KEY ("default_agent_id") REFERENCES "public"."agents"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "dispatch_rules" ADD CONSTRAINT "dispatch_rules_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "dispatch_rules" ADD CONSTRAINT "dispatch_rules_trunk_id_trunks_id_fk" FOREIGN KEY ("trunk_id") REFERENCES "public"."trunks"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "dispatch_rules" ADD CONSTRAINT "dispatch_rules_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "trunks" ADD CONSTRAINT "trunks_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "trunks" ADD CONSTRAINT "trunks_default_agent_id_agents_id_fk" FOREIGN KEY ("default_agent_id") REFERENCES "public"."agents"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_attempts" ADD CONSTRAINT "webhook_attempts_delivery_id_webhook_deliveries_id_fk" FOREIGN KEY ("delivery_id") REFERENCES "public"."webhook_deliveries"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_attempts" ADD CONSTRAINT "webhook_attempts_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_totals" ADD CONSTRAINT "webhook_totals_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "call_events_seq_key" ON "call_events" USING btree ("call_id","seq");--> statement-breakpoint
CREATE UNIQUE INDEX "calls_call_id_key" ON "calls" USING btree ("workspace_id","call_id");--> statement-breakpoint
CREATE INDEX "calls_queue_idx" ON "calls" USING btree ("number") WHERE state = 'queued';--> statement-breakpoint
CREATE INDEX "calls_live_idx" ON "calls" USING btree ("workspace_id","state") WHERE state IN ('queued', 'dialing', 'ringing', 'answered');--> statement-breakpoint
CREATE INDEX "calls_node_idx" ON "calls" USING btree ("node_id") WHERE state IN ('dialing', 'ringing', 'answered');--> statement-breakpoint
CREATE INDEX "calls_recent_idx" ON "calls" USING btree ("workspace_id","queued_at" DESC NULLS LAST,"id");--> statement-breakpoint
CREATE INDEX "calls_started_idx" ON "calls" USING btree ("started_at");--> statement-breakpoint
CREATE INDEX "calls_conversation_idx" ON "calls" USING btree ("conversation_id");--> statement-breakpoint
CREATE INDEX "dispatch_rules_workspace_idx" ON "dispatch_rules" USING btree ("workspace_id","position");--> statement-breakpoint
CREATE UNIQUE INDEX "trunks_name_key" ON "trunks" USING btree ("workspace_id","name");--> statement-breakpoint
CREATE UNIQUE INDEX "trunks_environment_key" ON "trunks" USING btree ("source") WHERE source = 'environment';--> statement-breakpoint
CREATE UNIQUE INDEX "trunks_default_key" ON "trunks" USING btree ("workspace_id") WHERE is_default;--> statement-breakpoint
CREATE INDEX "trunks_node_idx" ON "trunks" USING btree ("node_id");--> statement-breakpoint
CREATE UNIQUE INDEX "webhook_attempts_number_key" ON "webhook_attempts" USING btree ("delivery_id","number");--> statement-breakpoint
CREATE INDEX "webhook_deliveries_subject_idx" ON "webhook_deliveries" USING btree ("subject_id");--> statement-breakpoint
CREATE INDEX "webhook_deliveries_recent_idx" ON "webhook_deliveries" USING btree ("workspace_id","created_at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "webhook_deliveries_pending_idx" ON "webhook_deliveries" USING btree ("next_attempt_at") WHERE state = 'pending';--> statement-breakpoint
CREATE INDEX "webhook_deliveries_finished_idx" ON "webhook_deliveries" USING btree ("finished_at") WHERE state <> 'pending';