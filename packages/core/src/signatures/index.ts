export { overlapUntil, signatureHeaders, signatureOf } from './signature.ts'
