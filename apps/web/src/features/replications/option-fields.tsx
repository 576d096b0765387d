'use client'
import { Checkbox, Select, TextField } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { canMirror, policyFieldIds, type SpeedUnit, speedUnits } from './policy-draft.ts'
import type { FieldsProps } from './policy-form.tsx'

/** What happens to tags, deletions and speed. */
export function OptionFields({ draft, registry, change, errorOf }: FieldsProps) {
  const t = useTranslations('replications.form')
  const events = draft.trigger === 'event_based'
  const mirrors = canMirror(draft, registry)
  const deletion = errorOf(policyFieldIds.deletion)
  return (
    <>
      <Checkbox
        label={t('override')}
        help={t(draft.override ? 'overrideHelp' : 'overrideOffHelp')}
        checked={draft.override}
        onChange={(event) => change({ override: event.target.checked })}
      />
      <div id={policyFieldIds.deletion} tabIndex={-1} className="flex flex-col gap-1">
        <Checkbox
          label={t('deletion')}
          help={t(draft.mirror && mirrors ? 'deletionMirrorHelp' : 'deletionHelp')}
          checked={draft.deletion}
          {...(deletion && { 'aria-invalid': true, 'aria-describedby': `${policyFieldIds.deletion}-error` })}
          onChange={(event) => change({ deletion: event.target.checked })}
        />
        {deletion && (
          <p id={`${policyFieldIds.deletion}-error`} className="text-13 text-bad">
            {deletion}
          </p>
        )}
      </div>
      <Checkbox
        label={t('mirror')}
        help={t(mirrors ? 'mirrorHelp' : 'mirrorNotHere')}
        checked={draft.mirror && mirrors}
        disabled={!mirrors}
        onChange={(event) => change({ mirror: event.target.checked })}
      />
      <Checkbox
        label={t('singleActive')}
        help={t(events ? 'singleActiveNotHere' : 'singleActiveHelp')}
        checked={draft.singleActive && !events}
        disabled={events}
        onChange={(event) => change({ singleActive: event.target.checked })}
      />
      <Checkbox
        label={t('copyByChunk')}
        help={t('copyByChunkHelp')}
        checked={draft.copyByChunk}
        onChange={(event) => change({ copyByChunk: event.target.checked })}
      />
      <div className="flex items-start gap-2">
        <div className="w-72 min-w-0">
          <TextField
            id={policyFieldIds.speed}
            label={t('speed')}
            help={t('speedHelp')}
            error={errorOf(policyFieldIds.speed)}
            value={draft.speed}
            onChange={(event) => change({ speed: event.target.value })}
            placeholder={t('noLimit')}
            inputMode="numeric"
            autoComplete="off"
          />
        </div>
        <span className="mt-6 shrink-0">
          <Select
            aria-label={t('speedUnit')}
            value={draft.speedUnit}
            onChange={(event) => change({ speedUnit: event.target.value as SpeedUnit })}
            options={Object.keys(speedUnits).map((value) => ({
              value,
              label: t(`units.${value as SpeedUnit}`),
            }))}
          />
        </span>
      </div>
    </>
  )
}
