import type { CallInput } from '@berth/contract'

/** A project by its name, also when the name is all digits. */
export function projectInput(name: string) {
  return {
    path: { project_name_or_id: name },
    headers: { 'X-Is-Resource-Name': true },
  } satisfies CallInput<'getProject'>
}

/** What the caller may do in one project; resources come without the project in front. */
export function permissionsInput(projectId: number): CallInput<'getCurrentUserPermissions'> {
  return { query: { scope: `/project/${projectId}`, relative: true } }
}
