import { basePath, type CallInput } from '@berth/contract'

/** Of what: everything the viewer may see, a project, or a repository by its whole name. */
export type ActivityPlace = { project?: string; repository?: string }

export const activityPageSize = 15

const queryOf = ({ project, repository }: ActivityPlace) => ({
  ...(project !== undefined && { project_name: project }),
  ...(repository !== undefined && { repository_name: repository }),
})

export const activitiesInput = (place: ActivityPlace) =>
  ({ query: { ...queryOf(place), page_size: activityPageSize } }) satisfies CallInput<'listActivities'>

export function activityStream(place: ActivityPlace): string {
  const query = new URLSearchParams(queryOf(place))
  return `${basePath}/activities/stream${query.size > 0 ? `?${query}` : ''}`
}
