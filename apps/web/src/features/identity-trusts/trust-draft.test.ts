import { expect, it } from 'vitest'
import { jobSnippets } from './job-snippets.ts'
import { fromTrust, newTrust, rowsOf, templates, toTrustBody, trustProblems } from './trust-draft.ts'

const filled = {
  ...newTrust,
  name: 'main',
  issuer: 'https://ci.example',
  claims: rowsOf({ sub: 'repo:team/app:ref:refs/heads/main', 'kubernetes\\.io.namespace': 'team-*' }),
}

it('a trust comes back from the wire as the form had it', () => {
  const body = toTrustBody({ ...filled, audience: 'berth' })
  const sent = {
    id: 1,
    robot_id: 2,
    robot_name: 'robot$x',
    disabled: false,
    creation_time: '',
    update_time: '',
  }
  const claims = body.claims as Record<string, string>
  const { name = '', issuer = '', audience = '' } = body
  expect(fromTrust({ ...sent, name, issuer, audience, claims })).toEqual({ ...filled, audience: 'berth' })
})

it('an audience left empty is left to Berth', () => {
  expect(toTrustBody(filled)).not.toHaveProperty('audience')
})

it('a template must be filled in', () => {
  const claims = rowsOf(templates.github.claims)
  expect(trustProblems({ ...filled, claims })).toEqual([{ fieldId: 'trust-claim-0', problem: 'placeholder' }])
  expect(trustProblems(filled)).toEqual([])
})

it('what is missing is told with its field', () => {
  expect(trustProblems(newTrust).map(({ fieldId, problem }) => `${fieldId} ${problem}`)).toEqual([
    'trust-name name',
    'trust-issuer issuer',
    'trust-claim-0 pattern',
  ])
})

it('every snippet asks for this audience and names the robot in single quotes', () => {
  const target = { url: 'https://berth.example', host: 'berth.example', insecure: false }
  for (const { text } of jobSnippets(target, 'robot$team+ci', 'https://berth.example')) {
    expect(text).toContain("robot='robot$team+ci'")
    expect(text).toMatch(/https:\/\/berth\.example|https%3A%2F%2Fberth\.example/)
  }
})
