import type { Schemas } from '@berth/contract'
import { getSystemInfo, type SystemInfo } from '@berth/core/system-info'
import type { Handlers } from './handler.ts'
import { ok } from './replies.ts'

const presentInfo = ({ details, ...info }: SystemInfo): Schemas['GeneralInfo'] => ({
  auth_mode: info.authMode,
  primary_auth_mode: info.primaryAuthMode,
  oidc_provider_name: info.oidcProviderName,
  self_registration: info.selfRegistration,
  ...(details && {
    current_time: details.currentTime.toISOString(),
    registry_url: details.registryHost,
    external_url: details.externalUrl,
    project_creation_restriction: details.projectCreationRestriction,
    harbor_version: details.version,
    instance_id: details.instanceId,
    has_ca_root: false,
    read_only: details.readOnly,
    notification_enable: false,
  }),
})

export const systemInfo: Handlers<'getSystemInfo'> = {
  async getSystemInfo({ core, actor }) {
    return ok(presentInfo(await getSystemInfo(core, actor)))
  },
}
