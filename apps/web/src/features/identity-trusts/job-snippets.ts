import type { Registry } from '../repositories/commands.ts'

export type Snippet = { name: 'GitHub Actions' | 'GitLab CI' | 'Kubernetes'; text: string }

/** Where Berth is: its address, and the registry's host for clients. */
export type Target = Registry & { url: string }

const indent = (text: string, by: number) => text.replaceAll(/^(?=.)/gm, ' '.repeat(by))

/** Gives the job's token in $TOKEN for a name and a password of a few minutes, and signs in with them (RFC 8693). */
const exchange = ({ url, host }: Target, robot: string) => `curl -sSf ${url}/service/token \\
  -d grant_type=urn:ietf:params:oauth:grant-type:token-exchange \\
  -d subject_token_type=urn:ietf:params:oauth:token-type:jwt \\
  --data-urlencode subject_token="$TOKEN" \\
  --data-urlencode robot='${robot}' > login.json
jq -r .password login.json | docker login ${host} -u "$(jq -r .username login.json)" --password-stdin
rm login.json`

/** What a job does to sign in without a stored secret. `robot` and `audience` as the trust has them. */
export function jobSnippets(target: Target, robot: string, audience: string): Snippet[] {
  const steps = exchange(target, robot)
  return [
    {
      name: 'GitHub Actions',
      text: `permissions:
  id-token: write
  contents: read
steps:
  - run: |
      TOKEN=$(curl -sSf -H "Authorization: Bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" \\
        "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=${encodeURIComponent(audience)}" | jq -r .value)
${indent(steps, 6)}`,
    },
    {
      name: 'GitLab CI',
      text: `push:
  id_tokens:
    TOKEN:
      aud: ${audience}
  script:
    - |
${indent(steps, 6)}`,
    },
    {
      name: 'Kubernetes',
      text: `volumes:
  - name: berth-token
    projected:
      sources:
        - serviceAccountToken:
            path: token
            audience: ${audience}
            expirationSeconds: 600

# In the container, with the volume at /var/run/berth:
TOKEN=$(cat /var/run/berth/token)
${steps}`,
    },
  ]
}
