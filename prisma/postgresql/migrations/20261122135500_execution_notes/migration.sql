-- AlterTable
ALTER TABLE "executions" ADD COLUMN     "notes" JSONB,
ADD COLUMN     "status_reason" VARCHAR(24) NOT NULL DEFAULT '';

-- What was told in words of their own until now. Several notes of one run stay one.
UPDATE "executions" SET "status_reason" = 'skipped'
  WHERE "vendor_type" = 'REPLICATION' AND "status" = 'Error' AND "status_message" LIKE 'skipped: %';
UPDATE "executions" SET "notes" = jsonb_build_array(jsonb_build_object(
    'reason', CASE WHEN "said"."sentence" LIKE 'a registry%' THEN 'no_labels' ELSE 'left_out' END,
    'sentence', "said"."sentence"))
  FROM (SELECT "id", substring("status_message" from '; ([0-9]+ (?:repositories|tags) are left out, whose names are not valid: .*|a registry of the type [A-Za-z0-9_-]+ knows no labels: .*)$') AS "sentence"
    FROM "executions" WHERE "vendor_type" = 'REPLICATION') AS "said"
  WHERE "said"."id" = "executions"."id" AND "said"."sentence" IS NOT NULL;
