ALTER TABLE "calls" ADD COLUMN "api_key_id" uuid;--> statement-breakpoint
ALTER TABLE "usage_records" ADD COLUMN "estimated" boolean DEFAULT false NOT NULL;