import packageJson from '../../package.json' with { type: 'json' }
import { type Actor, authorizeSystem } from '../authorization/index.ts'
import { currentSetting, readSettings } from '../configurations/index.ts'
import type { Core } from '../context/index.ts'
import { DomainError } from '../errors/index.ts'
import { offeredProvider } from '../oidc-accounts/index.ts'
import { isSystemReadOnly } from '../read-only/index.ts'
import { readInstanceId } from './store.ts'

/** Berth's own version, `x.y.z`. */
export const BERTH_VERSION: string = packageJson.version
/** The Harbor version whose API this is. */
export const HARBOR_VERSION = '2.16.0'

export interface SystemInfo {
  authMode: string
  /** Sign-in begins at the provider. */
  primaryAuthMode: boolean
  /** Empty without single sign-on. */
  oidcProviderName: string
  /** On, and people come from here. */
  selfRegistration: boolean
  /** Only for those who are signed in. */
  details?: {
    currentTime: Date
    /** Host and port, as they stand in image names. */
    registryHost: string
    externalUrl: string
    /** `everyone` or `adminonly`. */
    projectCreationRestriction: string
    readOnly: boolean
    /** In the form of Harbor's own versions: clients look at the part before the dash to know what they may ask for. */
    version: string
    /** By which other Berths know this one, wherever they reach it. */
    instanceId: string
  }
}

/** What a sign-in page needs; the rest for those who are signed in. */
export async function getSystemInfo(core: Core, actor: Actor): Promise<SystemInfo> {
  const info: SystemInfo = await signInFacts(core)
  if (!mayReadDetails(actor)) return info
  const { externalUrl } = core.settings
  return {
    ...info,
    details: {
      currentTime: new Date(core.now()),
      registryHost: new URL(externalUrl).host,
      externalUrl,
      projectCreationRestriction: await currentSetting(core, 'project_creation_restriction'),
      readOnly: await isSystemReadOnly(core),
      version: `v${HARBOR_VERSION}-berth${BERTH_VERSION}`,
      instanceId: await readInstanceId(core),
    },
  }
}

const FACTS_TTL_MS = 3_000

type SignInFacts = Omit<SystemInfo, 'details'>

/** Every page asks for these: at most three seconds old. */
async function signInFacts(core: Core): Promise<SignInFacts> {
  const load = async () => {
    const [set, provider] = await Promise.all([
      readSettings(core, ['auth_mode', 'primary_auth_mode', 'self_registration']),
      offeredProvider(core),
    ])
    return {
      authMode: set.auth_mode,
      primaryAuthMode: set.primary_auth_mode && provider !== undefined,
      oidcProviderName: provider?.name ?? '',
      selfRegistration: set.self_registration && set.auth_mode === 'db_auth',
    }
  }
  return (await core.cache<SignInFacts>('system-info.sign-in', FACTS_TTL_MS, 1).get('', load))!
}

function mayReadDetails(actor: Actor): boolean {
  try {
    authorizeSystem(actor, 'read', 'system-info')
    return true
  } catch (error) {
    if (error instanceof DomainError) return false
    throw error
  }
}
