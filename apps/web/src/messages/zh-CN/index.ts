import about from './about.json'
import accessTokens from './accessTokens.json'
import activities from './activities.json'
import apiReference from './apiReference.json'
import artifacts from './artifacts.json'
import audit from './audit.json'
import auditDestinations from './auditDestinations.json'
import authentication from './authentication.json'
import bulk from './bulk.json'
import charts from './charts.json'
import configurations from './configurations.json'
import errors from './errors.json'
import eventFailures from './eventFailures.json'
import frame from './frame.json'
import health from './health.json'
import home from './home.json'
import identityTrusts from './identityTrusts.json'
import immutableRules from './immutableRules.json'
import jobQueues from './jobQueues.json'
import labels from './labels.json'
import mail from './mail.json'
import members from './members.json'
import notices from './notices.json'
import oidcAccounts from './oidcAccounts.json'
import profile from './profile.json'
import projects from './projects.json'
import quotas from './quotas.json'
import readOnly from './readOnly.json'
import registries from './registries.json'
import registryEvents from './registryEvents.json'
import registryWalks from './registryWalks.json'
import replications from './replications.json'
import repositories from './repositories.json'
import repository from './repository.json'
import repositoryLimits from './repositoryLimits.json'
import robots from './robots.json'
import search from './search.json'
import secondFactors from './secondFactors.json'
import sessions from './sessions.json'
import statistics from './statistics.json'
import storage from './storage.json'
import tags from './tags.json'
import ui from './ui.json'
import userGroups from './userGroups.json'
import users from './users.json'
import webhooks from './webhooks.json'

/** One file per noun; the file's name is the namespace. */
export default {
  about,
  accessTokens,
  activities,
  apiReference,
  artifacts,
  audit,
  auditDestinations,
  authentication,
  bulk,
  charts,
  configurations,
  errors,
  eventFailures,
  frame,
  health,
  home,
  identityTrusts,
  immutableRules,
  jobQueues,
  labels,
  mail,
  members,
  notices,
  oidcAccounts,
  profile,
  projects,
  quotas,
  readOnly,
  registries,
  registryEvents,
  registryWalks,
  replications,
  repositories,
  repository,
  repositoryLimits,
  robots,
  search,
  secondFactors,
  sessions,
  statistics,
  storage,
  tags,
  ui,
  userGroups,
  users,
  webhooks,
}
