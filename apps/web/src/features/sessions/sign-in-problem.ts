/** Why single sign-on did not end well; each has its sentences in the messages. */
const problems = [
  'not-offered',
  'not-begun-here',
  'denied',
  'disabled',
  'no-new-people',
  'too-late',
  'name-taken',
  'name-invalid',
  'provider-unreachable',
  'provider-certificate',
  'provider-invalid',
  'provider-refused',
  'provider-misconfigured',
  'failed',
] as const

export type SignInProblem = (typeof problems)[number]

/** Addresses can be made up: what is none of these is none. */
export const readSignInProblem = (text: string | string[] | undefined | null): SignInProblem | undefined =>
  problems.find((problem) => problem === text)

export const toSignInProblem = (text: string): SignInProblem => readSignInProblem(text) ?? 'failed'
