ALTER TABLE "artifacts" ADD COLUMN "subject_by_tag" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN "accessory_type" VARCHAR(64);

UPDATE "artifacts" SET "accessory_type" = CASE artifact_type
    WHEN 'application/vnd.cncf.notary.signature' THEN 'signature.notation'
    WHEN 'application/vnd.dev.cosign.artifact.sig.v1+json' THEN 'signature.cosign'
    WHEN 'application/vnd.dev.cosign.simplesigning.v1+json' THEN 'signature.cosign'
    WHEN 'application/vnd.dev.sigstore.bundle.v0.3+json' THEN 'signature.cosign'
    WHEN 'application/vnd.goharbor.harbor.sbom.v1' THEN 'sbom.harbor'
    ELSE 'subject.accessory'
  END
WHERE "subject_digest" IS NOT NULL;

-- Signatures, attestations and bills of materials that are attached by the name of their tag.
UPDATE "artifacts" a SET
  "subject_by_tag" = true,
  "subject_digest" = 'sha256:' || substr(t."name", 8, 64),
  "accessory_type" = CASE substr(t."name", 72)
    WHEN '.sig' THEN 'signature.cosign' WHEN '.att' THEN 'attestation.cosign' WHEN '.sbom' THEN 'sbom.cosign' END
FROM (
  SELECT n."artifact_id", MIN(n."name") AS "name" FROM "tags" n JOIN "artifacts" m ON m."id" = n."artifact_id"
  WHERE m."subject_digest" IS NULL AND substr(n."name", 1, 71) <> replace(m."digest", ':', '-')
    AND (n."name" ~ '^sha256-[0-9a-f]{64}\.(sig|att|sbom)$' OR (n."name" ~ '^sha256-[0-9a-f]{64}$'
      AND m."manifest_media_type" IN ('application/vnd.oci.image.index.v1+json', 'application/vnd.docker.distribution.manifest.list.v2+json')))
  GROUP BY n."artifact_id"
) t WHERE t."artifact_id" = a."id";

UPDATE "artifacts" a SET "listed" = false
WHERE a."listed" AND a."subject_digest" IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM "tags" t WHERE t."artifact_id" = a."id" AND t."name" NOT LIKE 'sha256-%');

UPDATE "repositories" r SET "artifact_count" = (SELECT COUNT(*) FROM "artifacts" a WHERE a."repository_id" = r."id" AND a."listed")
WHERE EXISTS (SELECT 1 FROM "artifacts" a WHERE a."repository_id" = r."id" AND a."subject_digest" IS NOT NULL);
