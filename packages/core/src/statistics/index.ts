export { getStatistics, type Statistics } from './statistics.ts'
