'use client'
import type { Schemas } from '@berth/contract'
import { SelectField, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { registriesPath } from '@/features/registries/registry-list-state.ts'
import { policyFieldIds } from './policy-draft.ts'
import type { FieldsProps } from './policy-form.tsx'
import { RadioChoice } from './radio-choice.tsx'

/** Which way, and to or from which registry. */
export function EndFields({
  draft,
  registry,
  change,
  errorOf,
  ends,
}: FieldsProps & { ends: Schemas['Registry'][] }) {
  const t = useTranslations('replications.form')
  const { Link } = useUi()
  return (
    <>
      <RadioChoice
        name="policy-direction"
        legend={t('direction')}
        value={draft.direction}
        onChange={(direction) => change({ direction })}
        choices={[
          { value: 'push', label: t('push'), help: t('pushHelp') },
          { value: 'pull', label: t('pull'), help: t('pullHelp') },
        ]}
      />
      <SelectField
        id={policyFieldIds.registry}
        label={t(draft.direction === 'push' ? 'target' : 'source')}
        error={errorOf(policyFieldIds.registry)}
        help={
          registry?.status === 'unhealthy' ? (
            <span className="text-warn">{t('unhealthy')}</span>
          ) : (
            <>
              {t('registryHelp')}{' '}
              <Link href={`${registriesPath}/new`} className="text-accent underline">
                {t('newRegistry')}
              </Link>
            </>
          )
        }
        value={draft.registryId}
        onChange={(event) => change({ registryId: event.target.value })}
        options={[
          ...(draft.registryId === '' ? [{ value: '', label: t('chooseRegistry') }] : []),
          ...ends.map(({ id, name = '', url = '' }) => ({
            value: String(id),
            label: `${name} (${hostOf(url)})`,
          })),
        ]}
      />
    </>
  )
}

const hostOf = (url: string): string => URL.parse(url)?.host ?? url
