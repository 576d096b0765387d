export type { Preview, PreviewItem } from './model.ts'
export { previewPolicy } from './service.ts'
