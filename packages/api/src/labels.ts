import type { Schemas } from '@berth/contract'
import { addLabel, removeLabel } from '@berth/core/artifacts'
import {
  createLabel,
  deleteLabel,
  getLabel,
  type Label,
  type LabelInput,
  listLabels,
  parseSpace,
  updateLabel,
} from '@berth/core/labels'
import type { Handlers } from './handler.ts'
import { toId } from './references.ts'
import { created, done, ok, page } from './replies.ts'
import { repositoryOf } from './repositories.ts'

export const presentLabel = (label: Label): Schemas['Label'] => ({
  id: label.id,
  name: label.name,
  description: label.description,
  color: label.color,
  scope: label.projectId === null ? 'g' : 'p',
  project_id: label.projectId ?? 0,
  creation_time: label.createdAt.toISOString(),
  update_time: label.updatedAt.toISOString(),
})

const inputOf = ({ name, description, color }: Schemas['Label']): LabelInput => ({ name, description, color })
/** 0 stands for no project, as labels that are read say it. */
const projectIdOf = (value: number | undefined) => (value ? toId(value) || -1 : undefined)

export const labels: Handlers<
  'ListLabels' | 'CreateLabel' | 'GetLabelByID' | 'UpdateLabel' | 'DeleteLabel' | 'addLabel' | 'removeLabel'
> = {
  async ListLabels(context) {
    const { core, actor, query } = context
    const range = context.listQuery()
    const space = parseSpace(query.scope, projectIdOf(query.project_id))
    const found = await listLabels(core, actor, { ...space, name: query.name, query: range })
    return page(context, range, found, presentLabel)
  },

  async CreateLabel(context) {
    const { core, actor, body } = context
    const space = parseSpace(body.scope, projectIdOf(body.project_id))
    return created(context, await createLabel(core, actor, { ...inputOf(body), ...space }))
  },

  async GetLabelByID({ core, actor, path }) {
    return ok(presentLabel(await getLabel(core, actor, toId(path.label_id))))
  },

  async UpdateLabel({ core, actor, path, body }) {
    await updateLabel(core, actor, toId(path.label_id), inputOf(body))
    return done()
  },

  async DeleteLabel({ core, actor, path }) {
    await deleteLabel(core, actor, toId(path.label_id))
    return done()
  },

  async addLabel({ core, actor, path, body }) {
    const ref = { repository: repositoryOf(path), reference: path.reference }
    await addLabel(core, actor, { ...ref, labelId: toId(body.id ?? 0) })
    return done()
  },

  async removeLabel({ core, actor, path }) {
    const ref = { repository: repositoryOf(path), reference: path.reference }
    await removeLabel(core, actor, { ...ref, labelId: toId(path.label_id) })
    return done()
  },
}
