export { compileGlob, type Glob, MAX_GLOB_LENGTH, MAX_GLOB_STARS } from './compile.ts'
export { GlobError } from './glob-error.ts'
