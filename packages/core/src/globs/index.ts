export { compileGlob, type Glob, MAX_GLOB_LENGTH } from './compile.ts'
export { GlobError } from './glob-error.ts'
