import { type Answer, listOperations, type OpenApi, resolve } from '../src/openapi.ts'
import { type Facts, type OperationFacts, parameterFacts, schemaFacts, typeOf } from './facts.ts'

/** The facts of our own contract, in the same form as Harbor's. */
export function contractFacts(document: OpenApi): Facts {
  const facts: Facts = { operations: {}, schemas: {} }
  for (const { id, method, path, spec, parameters } of listOperations(document)) {
    const operation: OperationFacts = { method: method.toUpperCase(), path, parameters: {}, responses: {} }
    for (const parameter of parameters) {
      const key = `${parameter.in} ${parameter.name}`
      operation.parameters[key] = parameterFacts(parameter.schema, parameter.required)
    }
    const body = spec.requestBody?.content['application/json']?.schema
    if (body) {
      const type = typeOf(body, `${id}.body`, facts.schemas)
      operation.body = { type, required: spec.requestBody?.required === true }
    }
    for (const [status, given] of Object.entries(spec.responses)) {
      const answer = resolve<Answer>(document, given)
      const schema = Object.values(answer.content ?? {})[0]?.schema
      const type = schema && typeOf(schema, `${id}.${status}`, facts.schemas)
      operation.responses[status] = { ...(type && { type }), headers: Object.keys(answer.headers ?? {}) }
    }
    facts.operations[id] = operation
  }
  for (const [name, schema] of Object.entries(document.components.schemas)) {
    facts.schemas[name] = schemaFacts(schema, name, facts.schemas)
  }
  return facts
}
