export { compileGlob, type Glob, MAX_GLOB_LENGTH, MAX_GLOB_STARS } from './compile.ts'
export { GlobError } from './glob-error.ts'
export { compileLongGlob, MAX_LONG_GLOB_LENGTH } from './long.ts'
