import type { Schemas } from '@berth/contract'
import { getSystemInfo, type SystemInfo } from '@berth/core/system-info'
import type { Handlers } from './handler.ts'
import { ok } from './replies.ts'

const presentInfo = ({ authMode, selfRegistration, details }: SystemInfo): Schemas['GeneralInfo'] => ({
  auth_mode: authMode,
  primary_auth_mode: false,
  self_registration: selfRegistration,
  ...(details && {
    current_time: details.currentTime.toISOString(),
    registry_url: details.registryHost,
    external_url: details.externalUrl,
    project_creation_restriction: details.projectCreationRestriction,
    harbor_version: details.version,
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
