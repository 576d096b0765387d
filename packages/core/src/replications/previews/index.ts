export type { Preview, PreviewItem, PreviewProblem } from './model.ts'
export { previewPolicy } from './service.ts'
