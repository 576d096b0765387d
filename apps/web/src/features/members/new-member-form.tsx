'use client'
import { ApiError, type Schemas } from '@berth/contract'
import { FormErrorSummary, SelectField, TextField, useNotify } from '@berth/ui'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { type FormEvent, useId, useState } from 'react'
import { useApiMutation } from '@/data/use-api.ts'
import { FormButtons } from '@/features/frame/form-buttons.tsx'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { Section } from '@/features/frame/section.tsx'
import { projectInput } from '@/features/projects/project-input.ts'
import { LimitField } from '@/features/repository-limits/limit-field.tsx'
import { draftOf, limitOf, limitProblem } from '@/features/repository-limits/limit-patterns.ts'
import { kindOf } from '@/features/user-groups/group-list-state.ts'
import { canBeLimited, type RoleId, roleIds } from './role-name.tsx'
import { type EntityKind, type FoundGroup, groupsNamed, useEntityNames } from './use-entities.ts'

const fieldIds = { name: 'member-name', limit: 'member-limit' }

/** A person or a group, its role, and how far it reaches. */
export function NewMemberForm({ project }: { project: string }) {
  const t = useTranslations('members')
  const kinds = useTranslations('userGroups.kinds')
  const limits = useTranslations('repositoryLimits.problems')
  const notify = useNotify()
  const router = useRouter()
  const group = useId()
  const listId = useId()
  const add = useApiMutation('createProjectMember', ['listProjectMembers'])
  const [kind, setKind] = useState<EntityKind>('person')
  const [typed, setTyped] = useState('')
  const [roleId, setRoleId] = useState<RoleId>(2)
  const [limit, setLimit] = useState(draftOf(null))
  const [attempts, setAttempts] = useState(0)
  const names = useEntityNames(kind, typed)
  // The groups that the name may mean, once there are none or several.
  const [groups, setGroups] = useState<FoundGroup[]>()
  const [groupId, setGroupId] = useState('')
  const [searchError, setSearchError] = useState<unknown>()
  const name = typed.trim()
  const list = `/projects/${encodeURIComponent(project)}/members`

  const status = add.error instanceof ApiError ? add.error.status : undefined
  const refused =
    status === 404 || (kind === 'group' && groups?.length === 0)
      ? t(`form.unknown.${kind}`, { name })
      : status === 409
        ? t('form.already', { name })
        : undefined
  const tried = attempts > 0
  const limited = canBeLimited(roleId)
  const problem = limited ? limitProblem(limit) : undefined
  const problems = [
    ...(name === '' ? [{ fieldId: fieldIds.name, message: t(`form.missing.${kind}`) }] : []),
    ...(problem ? [{ fieldId: fieldIds.limit, message: limits(problem) }] : []),
  ]

  const forget = () => {
    add.reset()
    setGroups(undefined)
    setGroupId('')
    setSearchError(undefined)
  }

  async function onSubmit(event: FormEvent) {
    event.preventDefault()
    setAttempts(attempts + 1)
    if (problems.length > 0 || add.isPending) return
    let member: Schemas['ProjectMember'] = { member_user: { username: name } }
    if (kind === 'group') {
      const found = groupId ? [{ id: Number(groupId) }] : await groupsNamed(name).catch(setSearchError)
      if (!found) return
      setGroups(groupId ? groups : found)
      if (found.length !== 1) return
      member = { member_group: { id: found[0]?.id } }
    }
    const repositories = limited ? limitOf(limit) : null
    add.mutate(
      {
        ...projectInput(project),
        body: { role_id: roleId, ...member, ...(repositories && { repositories }) },
      },
      {
        onSuccess: () => {
          notify('good', t('form.done', { name }))
          router.push(list)
        },
      },
    )
  }

  return (
    <Section title={t('form.title')} description={t('form.description', { project })}>
      <form noValidate onSubmit={onSubmit} className="flex max-w-140 flex-col gap-5">
        <FormErrorSummary problems={tried ? problems : []} attempt={attempts} />
        {!refused && <ProblemBanner error={searchError ?? add.error} />}
        <fieldset className="flex flex-wrap gap-x-6 gap-y-2">
          <legend className="pb-1 text-13 font-medium">{t('form.kind')}</legend>
          {(['person', 'group'] as const).map((value) => (
            <label key={value} className="flex min-h-6 items-center gap-2 text-13">
              <input
                type="radio"
                name={group}
                className="size-4 accent-accent"
                checked={kind === value}
                onChange={() => {
                  setKind(value)
                  forget()
                }}
              />
              {t(`kinds.${value === 'group' ? 'g' : 'u'}`)}
            </label>
          ))}
        </fieldset>
        <div>
          <TextField
            id={fieldIds.name}
            label={t(`form.name.${kind}`)}
            help={t(`form.nameHelp.${kind}`)}
            error={tried && name === '' ? t(`form.missing.${kind}`) : refused}
            value={typed}
            onChange={(event) => {
              setTyped(event.target.value)
              forget()
            }}
            list={listId}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            required
            maxLength={255}
          />
          <datalist id={listId}>
            {names.map((one) => (
              <option key={one} value={one} />
            ))}
          </datalist>
        </div>
        {kind === 'group' && groups && groups.length > 1 && (
          <SelectField
            label={t('form.which')}
            help={t('form.whichHelp')}
            value={groupId}
            onChange={(event) => setGroupId(event.target.value)}
            options={[
              { value: '', label: t('form.choose') },
              ...groups.map(({ id, group_type }) => ({
                value: String(id),
                label: `${kinds(kindOf(group_type))} #${id}`,
              })),
            ]}
          />
        )}
        <SelectField
          label={t('form.role')}
          help={t(`roleHelp.${roleId}`)}
          value={String(roleId)}
          onChange={(event) => setRoleId(Number(event.target.value) as RoleId)}
          options={roleIds.map((id) => ({ value: String(id), label: t(`roles.${id}`) }))}
        />
        {limited ? (
          <LimitField
            project={project}
            fieldId={fieldIds.limit}
            value={limit}
            onChange={setLimit}
            tried={tried}
          />
        ) : (
          <p className="text-13 text-ink-2">{t('limit.adminsHaveNone')}</p>
        )}
        <FormButtons label={t('form.submit')} busy={add.isPending} cancelHref={list} />
      </form>
    </Section>
  )
}
