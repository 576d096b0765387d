export { type LimitedProject, withinLimits } from './condition.ts'
export { covers } from './covers.ts'
export { includes, limitOf, parseLimit, type Reach, type RepositoryLimit, union } from './model.ts'
