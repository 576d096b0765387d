import { badRequest } from '../../errors/index.ts'
import { type Adapter, type Listing, type RegistryType, registryTypes } from './adapter.ts'
import { awsEcr } from './aws-ecr.ts'
import { berth, harbor } from './berth.ts'
import { dockerHub } from './docker-hub.ts'
import { dockerRegistry } from './docker-registry.ts'
import { googleGcr } from './google-gcr.ts'
import { azureAcr, githubGhcr, gitlab, quay } from './hosted.ts'
import { jfrogArtifactory } from './jfrog-artifactory.ts'

export {
  type Adapter,
  type Connection,
  type Endpoint,
  type RegistryType,
  registryTypes,
  type Tools,
} from './adapter.ts'

const adapters: { [T in RegistryType]: Adapter } = {
  berth,
  harbor,
  'docker-registry': dockerRegistry,
  'docker-hub': dockerHub,
  'github-ghcr': githubGhcr,
  quay,
  gitlab,
  'google-gcr': googleGcr,
  'aws-ecr': awsEcr,
  'azure-acr': azureAcr,
  'jfrog-artifactory': jfrogArtifactory,
}

/** Kinds that Harbor knows and Berth does not speak to in their own way. */
const others = ['huawei-SWR', 'ali-acr', 'dtr', 'tencent-tcr', 'volcengine-cr', 'helm-hub', 'artifact-hub']

export const adapterOf = (type: RegistryType): Adapter => adapters[type]

export const listingOf = ({ type, url }: { type: RegistryType; url: string }): Listing =>
  adapters[type].listingAt?.(url) ?? adapters[type].listing

/** @throws DomainError BAD_REQUEST */
export function parseType(text: string | undefined): RegistryType {
  const type = registryTypes.find((known) => known === text)
  if (type) return type
  throw badRequest(
    others.includes(text ?? '')
      ? `Berth has no adapter for ${text}; where it speaks the distribution API, use docker-registry`
      : `type must be one of ${registryTypes.join(', ')}`,
  )
}
