export { certificateBundle, writeCertificateBundle } from './bundle.ts'
export { createCertificate, toPem } from './certificate.ts'
export {
  type AccessEntry,
  permits,
  TOKEN_AUDIENCE,
  TOKEN_ISSUER,
  TOKEN_SERVICES,
} from './claims.ts'
export * as der from './der.ts'
export { INTERNAL_SUBJECT, mintInternalToken } from './internal.ts'
export { allowedOn, type IssuedToken, issueToken, mayListCatalog } from './issue.ts'
export { rotateSigningKey, rotateSigningKeyOlderThan } from './keyring.ts'
export { issueRefreshToken, REFRESH_TOKEN_LIFETIME_SECONDS, redeemRefreshToken } from './refresh.ts'
export { tokenAllows } from './rights.ts'
export { parseScopes, projectOf, type RepositoryAction, type Scope } from './scopes.ts'
export { type VerifiedToken, verifyToken } from './verify.ts'
