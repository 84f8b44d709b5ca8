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
ALTER TABLE "usage_totals" ADD CONSTRAINT "usage_totals_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
INSERT INTO "usage_totals" ("workspace_id", "at", "agent_id", "api_key_id", "leg", "records", "unpriced", "failed", "input_tokens", "output_tokens", "cached_tokens", "audio_seconds", "characters", "cost_usd")
SELECT "workspace_id", date_bin(interval '15 minutes', "created_at", timestamptz '2000-01-01 00:00:00+00'),
	coalesce("agent_id", '00000000-0000-0000-0000-000000000000'), coalesce("api_key_id", '00000000-0000-0000-0000-000000000000'), "leg",
	count(*), count(*) FILTER (WHERE "cost_usd" IS NULL), count(*) FILTER (WHERE "success" = 'no'),
	coalesce(sum("input_tokens"), 0), coalesce(sum("output_tokens"), 0), coalesce(sum("cached_tokens"), 0),
	coalesce(sum("audio_seconds"), 0), coalesce(sum("characters"), 0), coalesce(sum("cost_usd"), 0)
FROM "usage_records" GROUP BY 1, 2, 3, 4, 5;
