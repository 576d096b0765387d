'use client'
import { Button } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useId } from 'react'
import { Section } from '@/features/frame/section.tsx'
import { LimitField } from '@/features/repository-limits/limit-field.tsx'
import type { Grantable } from './permission-catalog.ts'
import { PermissionGrid } from './permission-grid.tsx'
import { PresetChoice } from './preset-choice.tsx'
import { fieldIds, type Place } from './robot-draft.ts'
import type { SystemParts } from './system-parts.ts'

type Props = {
  place: Place
  /** Null: a robot of the system, whose projects are chosen here. */
  project: string | null
  parts: SystemParts | undefined
  grantable: readonly Grantable[]
  fieldId: string
  error: string | undefined
  tried: boolean
  onChange: (place: Place) => void
  onRemove: (() => void) | undefined
}

/** Where the robot may do something, and what. */
export function PlaceFields({
  place,
  project,
  parts,
  grantable,
  fieldId,
  error,
  tried,
  onChange,
  onRemove,
}: Props) {
  const t = useTranslations('robots')
  const group = useId()
  const setDeeds = (deeds: Set<string>) => onChange({ ...place, deeds })
  return (
    <Section
      title={project === null ? t('places.title') : t('places.inProject', { project })}
      description={t('places.description')}
    >
      <div className="flex flex-col gap-4">
        {project === null && (
          <>
            <fieldset className="flex flex-wrap gap-x-6 gap-y-2">
              <legend className="sr-only">{t('places.where')}</legend>
              {([false, true] as const).map((everywhere) => (
                <label key={String(everywhere)} className="flex min-h-6 items-center gap-2 text-13">
                  <input
                    type="radio"
                    name={group}
                    className="size-4 accent-accent"
                    checked={place.everywhere === everywhere}
                    onChange={() => onChange({ ...place, everywhere })}
                  />
                  {t(everywhere ? 'places.everywhere' : 'places.some')}
                </label>
              ))}
            </fieldset>
            {parts && !place.everywhere && (
              <parts.ProjectChoice
                id={fieldId}
                value={place.projects}
                onChange={(projects) => onChange({ ...place, projects })}
                error={error}
              />
            )}
          </>
        )}
        <PresetChoice value={place.deeds} onChange={setDeeds} />
        <div
          id={project === null && !place.everywhere ? undefined : fieldId}
          tabIndex={-1}
          className="rounded-md"
        >
          <PermissionGrid grantable={grantable} value={place.deeds} onChange={setDeeds} />
        </div>
        {error && (project !== null || place.everywhere) && <p className="text-13 text-bad">{error}</p>}
        <LimitField
          // With several projects there is nothing one could show.
          project={project ?? (place.everywhere || place.projects.length > 1 ? undefined : place.projects[0])}
          fieldId={`${fieldIds.limit}-${place.key}`}
          value={place.limit}
          onChange={(limit) => onChange({ ...place, limit })}
          tried={tried}
        />
        {onRemove && (
          <div>
            <Button variant="quiet" icon="trash" onClick={onRemove}>
              {t('places.remove')}
            </Button>
          </div>
        )}
      </div>
    </Section>
  )
}
