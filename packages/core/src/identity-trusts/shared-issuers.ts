// Anybody can get tokens of these. A pattern that fixes only a branch or an environment would let everybody in, so one of
// the claims that tell whose job it is must be fixed up to and including the owner.

/** What one path between slashes or colons looks like, wildcards excluded. */
const owner = '[^*?\\[{\\\\/:]+'

interface SharedIssuer {
  words: string
  /** Claims that name the owner, and what their pattern must look like. */
  claims: Record<string, RegExp>
}

const exact = /^[^*?[{\\]+$/
const sharedIssuers: Record<string, SharedIssuer> = {
  'https://token.actions.githubusercontent.com': {
    words: 'sub, repository, repository_id, repository_owner or repository_owner_id',
    claims: {
      // Owners choose what stands in it: a branch, an environment or a workflow first says nothing of whose job it is.
      sub: new RegExp(`^(repo|repository|repository_owner|repository_id|repository_owner_id):${owner}[/:]`),
      repository: new RegExp(`^${owner}/`),
      repository_id: exact,
      repository_owner: exact,
      repository_owner_id: exact,
    },
  },
  'https://gitlab.com': {
    words: 'sub, project_path, project_id, namespace_path or namespace_id',
    claims: {
      sub: new RegExp(`^project_path:${owner}/`),
      project_path: new RegExp(`^${owner}/`),
      project_id: exact,
      namespace_path: new RegExp(`^${owner}(/|$)`),
      namespace_id: exact,
    },
  },
  'https://agent.buildkite.com': {
    words: 'sub or organization_slug',
    claims: { sub: new RegExp(`^organization:${owner}:`), organization_slug: exact },
  },
  'https://app.terraform.io': {
    words: 'sub, terraform_organization_name or terraform_organization_id',
    claims: {
      sub: new RegExp(`^organization:${owner}:`),
      terraform_organization_name: exact,
      terraform_organization_id: exact,
    },
  },
  'https://oidc.vercel.com': {
    words: 'sub, owner or owner_id',
    claims: { sub: new RegExp(`^owner:${owner}:`), owner: exact, owner_id: exact },
  },
  'https://api.pulumi.com/oidc': {
    words: 'sub or org',
    claims: { sub: new RegExp(`^pulumi:(deploy|environments):org:${owner}:`), org: exact },
  },
  'https://accounts.google.com': { words: 'sub or email', claims: { sub: exact, email: exact } },
}

/** In words what is missing; undefined when the patterns let in one owner's jobs only, as far as that is known. */
export function namesOneParty(issuer: string, patterns: Record<string, string>): string | undefined {
  const shared = sharedIssuers[issuer.replace(/\/$/, '')]
  if (!shared) return undefined
  const fixed = Object.entries(shared.claims).some(
    ([claim, shape]) => Object.hasOwn(patterns, claim) && shape.test(patterns[claim]!),
  )
  return fixed
    ? undefined
    : `everybody can get tokens of this issuer: a pattern for ${shared.words} must name the owner without wildcards`
}
