'use client'
import { useTranslations } from 'next-intl'
import { type Artifact, isIndex } from './artifact-names.ts'

const known = ['IMAGE', 'CHART', 'CNAB', 'WASM', 'SBOM', 'CNAI', 'CACHE', 'UNKNOWN'] as const

/** A type in the person's language; types we have no word for stay as they are. */
export function useTypeName(): (artifact: Pick<Artifact, 'type' | 'manifest_media_type'>) => string {
  const t = useTranslations('artifacts.types')
  return (artifact) => {
    if (artifact.type === 'IMAGE' && isIndex(artifact)) return t('INDEX')
    const type = known.find((one) => one === artifact.type)
    return type ? t(type) : artifact.type
  }
}
