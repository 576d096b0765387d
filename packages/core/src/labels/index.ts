export { type Label, type LabelInput, type LabelSpace, parseSpace } from './model.ts'
export { createLabel, deleteLabel, getLabel, labelFor, listLabels, updateLabel } from './service.ts'
export { lockLabel, readLabelsOf } from './store.ts'
