export { type Followed, follow } from './follow.ts'
export { type Found, passing } from './passing.ts'
export { reasonOfRemoval, takeAway } from './removal.ts'
export {
  forgetStatesBeside,
  forgetTagStates,
  readTagStates,
  remembers,
  writeTagStates,
} from './store.ts'
