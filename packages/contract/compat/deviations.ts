/** Where the contract differs from Harbor's description on purpose: the line `compare` gives, and the reason. */
const attributes =
  "Harbor's description says objects, its server sends strings and lists as well. Its clients decode any JSON value."

const parameters = "Harbor's description says objects, its clients send numbers, text and true or false."

export const deviations: Record<string, string> = {
  'listArtifacts: answer 200: Artifact.extra_attrs: object there, any here': attributes,
  'getArtifact: answer 200: Artifact.extra_attrs: object there, any here': attributes,
  'listArtifactsOfProject: answer 200: Artifact.extra_attrs: object there, any here': attributes,
  'ListExecutionsOfWebhookPolicy: answer 200: Execution.extra_attrs: object there, any here': attributes,
  'ListTasksOfWebhookExecution: answer 200: Task.extra_attrs: object there, any here': attributes,
  'getAddition: answer 200: string there, any here':
    "Harbor's description says string, its server sends whatever the addition is; the build history is a JSON array.",
  'createPurgeSchedule: body: Schedule.parameters: object there, any here': parameters,
  'updatePurgeSchedule: body: Schedule.parameters: object there, any here': parameters,
}
