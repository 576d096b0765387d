import { permissionsInput, projectInput } from '../features/projects/project-input.ts'
import type { PageData } from './page-data.tsx'
import { getViewer } from './viewer.ts'

/** The project that a page belongs to, with what its visitor may do in there. */
export async function needProject(page: PageData, name: string): Promise<void> {
  const [{ data: project }, viewer] = await Promise.all([
    page.need('getProject', projectInput(name)),
    getViewer(),
  ])
  if (viewer) await page.want('getCurrentUserPermissions', permissionsInput(project.project_id))
}
