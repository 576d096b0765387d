import { parseObject, toFields, toObjects, toText } from './json-fields.ts'
import type { BuildStep, Layer } from './layer-picture.ts'

export type ManifestDocument = {
  layers: (Layer & { title: string })[]
  /** The artifact this one is about (OCI image-spec "subject"). */
  subject: string | null
}

/** What the pages show of a manifest, or of an index whose lines are blobs: a build cache. `text` is it as pushed. */
export function readManifest(text: unknown): ManifestDocument {
  const manifest = parseObject(text)
  return {
    layers: toObjects(manifest.layers ?? manifest.manifests).map((layer) => ({
      digest: toText(layer.digest),
      sizeBytes: typeof layer.size === 'number' && layer.size >= 0 ? layer.size : 0,
      mediaType: toText(layer.mediaType),
      title: toText(toFields(layer.annotations)['org.opencontainers.image.title']),
    })),
    subject: toText(toFields(manifest.subject).digest) || null,
  }
}

/** The steps of a build as `additions/build_history` gives them. */
export function readBuildHistory(history: unknown): BuildStep[] {
  return toObjects(history).map((step) => ({
    createdBy: toText(step.created_by),
    createdAt: toText(step.created) || null,
    comment: toText(step.comment),
    emptyLayer: step.empty_layer === true,
  }))
}
