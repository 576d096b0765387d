export { type Followed, follow } from './follow.ts'
export { passing } from './passing.ts'
export { reasonOfRemoval, takeAway } from './removal.ts'
export {
  forgetStatesBeside,
  forgetTagStates,
  readTagStates,
  remembers,
  writeTagStates,
} from './store.ts'
