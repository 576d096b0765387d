// Generated from the YAML files of this package by generate.ts. Do not edit.
type Nothing = { [name in never]: never }

export interface Schemas {
  AccessToken: {
    id: number
    name: string
    scopes: Schemas['AccessTokenScope'][]
    /** Names of the projects it is for. Absent for all; empty when those it was for are gone. */
    projects?: string[]
    /** Absent when it never expires. */
    expiration_time?: string
    /** To half a minute. Absent when it never was. */
    last_used_time?: string
    creation_time: string
  }
  /** `pull` and `push` are for clients of registries; `push` contains `pull`. `api:read` looks at what this API shows, `api:write` also changes and deletes. */
  AccessTokenScope: "pull" | "push" | "api:read" | "api:write"
  AccessTokenCreate: {
    /** At most 64 characters; each of a person's tokens has a name of its own. */
    name: string
    scopes: Schemas['AccessTokenScope'][]
    /** Names of at most 100 projects; absent for all. */
    projects?: string[]
    /** Days, at most 3650; 90 when absent, -1 for a token that never expires. */
    duration?: number
  }
  AccessTokenCreated: {
    id: number
    name: string
    /** Shown this one time. */
    secret: string
    /** Absent when it never expires. */
    expiration_time?: string
    creation_time?: string
  }
  RecentActivity: {
    /** Its place in the order in which changes became known. */
    id?: number
    at?: string
    /** What changed and what became of it: `artifact.pushed`, `tag.deleted`, `member.created`. */
    type?: string
    project_id?: number
    /** Absent once the project is gone. */
    project_name?: string
    /** Of an artifact or tag its repository with the project in front, else the name of what changed. */
    name?: string
    tag?: string
    digest?: string
    /** Only for those who may list the members of the project, as `username`. */
    actor_kind?: "anonymous" | "user" | "robot" | "system"
    username?: string
  }
  Artifact: {
    id: number
    /** Upper-case kind such as IMAGE or CHART. */
    type: string
    /** Media type of the configuration. */
    media_type: string
    manifest_media_type: string
    /** As declared in the manifest. */
    artifact_type?: string
    project_id: number
    repository_id: number
    /** With its project in front. */
    repository_name: string
    digest: string
    /** Bytes of the manifest and everything it refers to. */
    size: number
    /** Digest of an icon. */
    icon?: string
    push_time: string
    /** The year 1 when it was never pulled. */
    pull_time?: string
    /** Pulls by tag and by digest. */
    pull_count?: number
    extra_attrs?: Schemas['ExtraAttrs']
    annotations?: Schemas['Annotations']
    references?: Schemas['Reference'][]
    tags?: Schemas['Tag'][]
    addition_links?: Schemas['AdditionLinks']
    labels?: Schemas['Label'][]
    scan_overview?: Schemas['ScanOverview']
    sbom_overview?: Schemas['SBOMOverview']
    accessories?: Schemas['Accessory'][]
    inherited_accessories?: Schemas['Accessory'][]
  }
  /** Facts of any shape: of an artifact from its configuration, such as `os`, `architecture` and `created`; of an execution what it is about, such as `event_type`. */
  ExtraAttrs: { [name: string]: unknown }
  Annotations: { [name: string]: string }
  /** One manifest listed in an index. */
  Reference: {
    parent_id: number
    child_id: number
    child_digest: string
    platform?: Schemas['Platform']
    annotations?: Schemas['Annotations']
    urls?: string[]
  }
  /** The two names in quotation marks are what Harbor's clients read; Berth sends the plain names as well. */
  Platform: {
    architecture?: string
    os?: string
    "'os.version'"?: string
    "'os.features'"?: string[]
    "os.version"?: string
    "os.features"?: string[]
    variant?: string
  }
  AdditionLinks: { [name: string]: Schemas['AdditionLink'] }
  AdditionLink: {
    href: string
    /** Whether `href` is a whole URL. */
    absolute: boolean
  }
  /** Scan summaries by report type. */
  ScanOverview: { [name: string]: Schemas['NativeReportSummary'] }
  NativeReportSummary: {
    report_id?: string
    scan_status?: string
    severity?: string
    /** Seconds. */
    duration?: number
    summary?: Schemas['VulnerabilitySummary']
    start_time?: string
    end_time?: string
    complete_percent?: number
    scanner?: Schemas['Scanner']
  }
  VulnerabilitySummary: {
    total?: number
    fixable?: number
    /** Counts by severity. */
    summary?: { [name: string]: number }
  }
  SBOMOverview: {
    start_time?: string
    end_time?: string
    scan_status?: string
    sbom_digest?: string
    report_id?: string
    /** Seconds. */
    duration?: number
    scanner?: Schemas['Scanner']
  }
  Scanner: {
    name?: string
    vendor?: string
    version?: string
  }
  /** Something attached to an artifact, such as a signature. */
  Accessory: {
    id?: number
    artifact_id: number
    subject_artifact_id?: number
    subject_artifact_digest: string
    subject_artifact_repo: string
    /** Bytes. */
    size: number
    digest: string
    /** What it is to the artifact, such as `signature.cosign`, `signature.notation`, `sbom.harbor` or `subject.accessory`. What cosign attaches by tag is also `attestation.cosign` or `sbom.cosign`. */
    type: string
    /** As declared in its manifest. */
    artifact_type?: string
    icon: string
    creation_time?: string
  }
  AuditDestinationReq: {
    name: string
    kind: "syslog" | "http"
    enabled?: boolean
    /** `host:port` of a syslog receiver, the URL of an HTTP one. */
    address: string
    /** Of a syslog receiver. */
    tls?: boolean
    /** Certificates in PEM: the only authorities that may vouch for the receiver. Empty for the system's. */
    ca?: string
    /** How Berth proves itself to an HTTP receiver: `bearer` sends the secret, `hmac` the header `Berth-Signature: t=<seconds>,v1=<hex>` with HMAC-SHA-256 over `<seconds>.<Berth-Webhook-Id>.<body>`, as webhooks are signed. The id names the batch. */
    auth?: "none" | "bearer" | "hmac"
    /** Never answered. Absent in a change it stays as it was. */
    secret?: string
    /** How long the former key of `hmac` signs beside a new one, for the same address. */
    overlap_hours?: number
    /** When it is made: begin with the oldest line instead of now. */
    from_beginning?: boolean
  }
  AuditDestination: {
    id?: number
    name?: string
    kind?: "syslog" | "http"
    enabled?: boolean
    address?: string
    tls?: boolean
    ca?: string
    auth?: "none" | "bearer" | "hmac"
    /** Until then the former key of `hmac` signs as well; absent when it does not. */
    previous_secret_until?: string
    /** Made by the setting `audit_log_forward_endpoint`, and changed only there. */
    configured?: boolean
    /** `losing`: more waits, or for longer, than the settings `audit_log_spool_lines` and `audit_log_spool_hours` keep, or lines went lost within a day. */
    state?: "disabled" | "current" | "sending" | "retrying" | "losing"
    /** Up to here the receiver has everything. */
    position?: number
    /** Lines that it still has to get. */
    waiting?: number
    /** When the oldest of them was written. */
    waiting_since?: string
    delivered?: number
    /** Lines that were purged before the receiver had them. */
    lost?: number
    last_delivered_time?: string
    /** In a row. */
    failures?: number
    last_error?: string
    last_error_time?: string
    next_attempt_time?: string
    creation_time?: string
    update_time?: string
  }
  AuditDestinationTest: {
    ok?: boolean
    /** What the receiver answered or what went wrong. */
    message?: string
  }
  ExecHistory: {
    id?: number
    /** `PURGE_AUDIT_LOG` */
    job_name?: string
    /** `MANUAL` or `SCHEDULE` */
    job_kind?: string
    /** JSON: what it was started with. */
    job_parameters?: string
    schedule?: Schemas['ScheduleObj']
    /** `Running`, `Success`, `Error` or `Stopped`; of a schedule, `Scheduled` or `Paused`. */
    job_status?: string
    deleted?: boolean
    creation_time?: string
    update_time?: string
  }
  AuditLog: {
    id?: number
    /** Who did it, by the name of then. */
    username?: string
    /** What it was done to. */
    resource?: string
    resource_type?: string
    operation?: string
    op_time?: string
  }
  AuditLogExt: {
    id?: number
    /** Who did it, by the name of then; for a sign-in that failed, the name that was tried. */
    username?: string
    /** What it was done to. */
    resource?: string
    /** As `user`, `robot` or `member`. */
    resource_type?: string
    /** As `create`, `update`, `delete`, `login`. */
    operation?: string
    /** The event in words. */
    operation_description?: string
    /** True when `result` is `ok`. */
    operation_result?: boolean
    op_time?: string
    actor_kind?: "anonymous" | "user" | "robot" | "system"
    /** How they proved who they are: `password`, `session`, `robot-secret` and others. */
    credential?: string
    /** The network address it was asked from. */
    address?: string
    user_agent?: string
    /** The `X-Request-Id` of the request. */
    request_id?: string
    project_id?: number
    result?: "ok" | "refused" | "failed"
    /** More than 1 when repetitions within a minute were counted together. */
    times?: number
    /** What else is known, as old and new values; secrets are masked. */
    detail?: { [name: string]: unknown }
    /** Where the line stands in the sealed log; absent for a second after it was written. */
    position?: number
    /** SHA-256 over the hash of the line before and this line; absent as `position`. */
    hash?: string
  }
  AuditLogEventType: {
    /** `<operation>_<resource_type>`, as `create_user`. */
    event_type?: string
  }
  AuditLogHead: {
    /** Of the last line; 0 without lines. */
    position?: number
    /** Of the last line. */
    hash?: string
    /** When it was signed. */
    time?: string
    /** Ed25519 in base64url; absent as long as nothing is sealed. */
    signature?: string
    /** The key to check it with, as PEM. */
    public_key?: string
    /** Lines without a seal yet, counted up to 10,000. */
    waiting?: number
    /** The time of the first of them. */
    waiting_since?: string
  }
  AuditLogVerification: {
    from?: number
    /** The last position that was looked at. */
    to?: number
    /** Lines that were looked at. */
    lines?: number
    /** Runs of purged lines among them. */
    checkpoints?: number
    /** Where to go on; absent at the end of the log. */
    next?: number
    /** Nothing is broken as far as was looked. */
    ok?: boolean
    broken?: Schemas['AuditLogBreach']
    head?: Schemas['AuditLogHead']
  }
  /** The first thing that is not as it was sealed. */
  AuditLogBreach: {
    /** `changed`: the line or its hash. `missing`: no line. `inserted`: a line too many. `checkpoint`: what stands for purged lines. `head`: the end. `restarted`: here the end was found broken, and the chain begins anew. `foreign`: Berth did not write the line. */
    what?: "changed" | "missing" | "inserted" | "checkpoint" | "head" | "restarted" | "foreign"
    position?: number
    /** Of the line */
    id?: number
  }
  /** Product settings to change; absent and null fields stay. A key that this installation does not have, or that cannot be changed, is taken with the value that it has by default, and answers 400 with another: `getConfigurations` tells which there are. */
  Configurations: {
    /** Where new people come from: `db_auth`, `ldap_auth` or `oidc_auth`. Those with a local password can always sign in. */
    auth_mode?: string | null
    /** The sign-in page goes on to the OIDC provider by itself. */
    primary_auth_mode?: boolean | null
    /** Where people are. */
    ldap_base_dn?: string | null
    /** Which entries are people, for instance `(objectClass=person)`. */
    ldap_filter?: string | null
    /** Where groups are; without it nobody is in any. */
    ldap_group_base_dn?: string | null
    /** Members of this group are administrators. */
    ldap_group_admin_dn?: string | null
    /** What groups are called; `cn` when empty. */
    ldap_group_attribute_name?: string | null
    /** Which entries are groups. */
    ldap_group_search_filter?: string | null
    /** As `ldap_scope`. */
    ldap_group_search_scope?: number | null
    /** Kept for clients that send it. */
    ldap_group_attach_parallel?: boolean | null
    /** 0: the base itself, 1: right below it, 2: everywhere below it. */
    ldap_scope?: number | null
    /** Who searches; anonymously when empty. */
    ldap_search_dn?: string | null
    /** Never answered. Must be given again when `ldap_url` names a server that was not in it. */
    ldap_search_password?: string | null
    /** Seconds, from 1 to 60. */
    ldap_timeout?: number | null
    /** What people are called and sign in with: `uid`, `sAMAccountName`. */
    ldap_uid?: string | null
    /** `ldap://host[:port]` or `ldaps://…`; several with commas or blanks between them are tried in this order. */
    ldap_url?: string | null
    ldap_verify_cert?: boolean | null
    /** Hosts that are not public and that Berth may all the same send requests to when people name them (issuers of tokens). Names, `*.` before a name, addresses and CIDR ranges, with commas between them. */
    outbound_allowed_hosts?: string | null
    /** What lists groups in a person's entry. */
    ldap_group_membership_attribute?: string | null
    /** Encrypt `ldap://` connections. */
    ldap_start_tls?: boolean | null
    /** Certificate authorities to trust beside those of the system (PEM). */
    ldap_ca?: string | null
    /** What else people may sign in with, with commas between: `mail`, `userPrincipalName`. */
    ldap_login_attributes?: string | null
    /** What lists members: `member_of` the person's entry, `member` the groups' entries, or `both`. */
    ldap_group_source?: string | null
    /** Attributes of groups that list members, with commas between. */
    ldap_group_member_attributes?: string | null
    /** Groups in groups: `none`, `in_chain` (Active Directory's own search) or `walk` (level by level). */
    ldap_group_nested?: string | null
    /** Go on at servers that a search refers to, those in `ldap_url` only. */
    ldap_follow_referrals?: boolean | null
    /** Minutes, from 5 to 1440, within which changes in the directory count without a sign-in. */
    ldap_refresh_interval?: number | null
    /** Hours, from 0 to 720, that people keep their access when more than ten and more than a tenth of all are missing in the directory at once; 0 for not at all. */
    ldap_missing_hold_hours?: number | null
    /** The server that mails to people go to, without a port; empty: none are sent. */
    smtp_host?: string | null
    smtp_port?: number | null
    /** `starttls` (insisted on), `tls` (from the first byte) or `none`. */
    smtp_security?: string | null
    smtp_verify_cert?: boolean | null
    /** Certificate authorities to trust beside those of the system (PEM). */
    smtp_ca?: string | null
    /** Empty to send without signing in. */
    smtp_user?: string | null
    /** Never answered. Must be given again when the server or its protection changes. */
    smtp_password?: string | null
    /** The address that mails come from; needed to send any. */
    smtp_from?: string | null
    /** `everyone` or `adminonly`. */
    project_creation_restriction?: string | null
    /** Refuse pushes, deletions and changes of tags and labels everywhere; pulls go on. */
    read_only?: boolean | null
    /** Whether anyone may create an account, while `auth_mode` is `db_auth`. */
    self_registration?: boolean | null
    /** Minutes, from 1 to 10080, that a token for the registry lasts. */
    token_expiration?: number | null
    uaa_client_id?: string | null
    uaa_client_secret?: string | null
    uaa_endpoint?: string | null
    uaa_verify_cert?: boolean | null
    http_authproxy_endpoint?: string | null
    http_authproxy_tokenreview_endpoint?: string | null
    http_authproxy_admin_groups?: string | null
    http_authproxy_admin_usernames?: string | null
    http_authproxy_verify_cert?: boolean | null
    http_authproxy_skip_search?: boolean | null
    http_authproxy_server_certificate?: string | null
    /** What the button of the sign-in page calls the provider. */
    oidc_name?: string | null
    /** The provider's issuer; empty ends single sign-on. */
    oidc_endpoint?: string | null
    oidc_client_id?: string | null
    /** Never answered. */
    oidc_client_secret?: string | null
    /** PEM certificates of authorities that the provider's certificate may come from, beside those of the system. */
    oidc_ca?: string | null
    /** Where the groups stand; dots lead inwards. */
    oidc_groups_claim?: string | null
    /** Its members are administrators. */
    oidc_admin_group?: string | null
    /** A regular expression; groups that do not match are left out. */
    oidc_group_filter?: string | null
    /** Separated by commas; `openid` is needed. */
    oidc_scope?: string | null
    /** Where the name stands; without it, `preferred_username`. */
    oidc_user_claim?: string | null
    oidc_verify_cert?: boolean | null
    /** New people get the name that the provider gives, without being asked. */
    oidc_auto_onboard?: boolean | null
    /** A JSON object; misspelt on the wire since its first release. */
    oidc_extra_redirect_parms?: string | null
    /** Signing out here ends the session at the provider too. */
    oidc_logout?: boolean | null
    /** Deliveries given up in a row after which a webhook is disabled; 0 for never. */
    webhook_disable_after?: number | null
    /** Attempts of one delivery, 1 to 20. */
    webhook_max_attempts?: number | null
    /** Days that deliveries are kept. */
    webhook_retention_days?: number | null
    /** How long a target may take to answer, 1 to 30. */
    webhook_timeout_seconds?: number | null
    /** Days. */
    robot_token_duration?: number | null
    robot_name_prefix?: string | null
    notification_enable?: boolean | null
    quota_per_project_enable?: boolean | null
    /** Bytes a new project may hold; -1 for no limit. */
    storage_per_project?: number | null
    /** Days, from 400 on, that counts of pulls and pushes of repositories and projects are kept. */
    statistics_retention_days?: number | null
    /** Days, from 90 on, that counts of pulls and pushes of single tags are kept. */
    statistics_tag_retention_days?: number | null
    /** `host:port` of a syslog receiver that gets every line of the audit log from now on; empty for none. */
    audit_log_forward_endpoint?: string | null
    /** For how long, from 1 to 8760 hours, a purge spares lines of the audit log that a receiver still has to get. */
    audit_log_spool_hours?: number | null
    /** And how many, from 1000 to 100000000. */
    audit_log_spool_lines?: number | null
    /** Always false: the database keeps the log. */
    skip_audit_log_database?: boolean | null
    /** Minutes, from 1 to 43200, without a request after which a session ends. */
    session_timeout?: number | null
    scanner_skip_update_pulltime?: boolean | null
    /** An announcement as a JSON text. */
    banner_message?: string | null
    /** Names of events that leave no line in the audit log, separated by commas; `update_configuration` cannot be among them. Counts and webhooks stay as they are. */
    disabled_audit_log_event_types?: string | null
    /** Pulls leave no line in the audit log. */
    pull_audit_log_disable?: boolean | null
  }
  /** The settings that there are, each with its value and whether it can be changed. */
  ConfigurationsResponse: {
    auth_mode?: Schemas['StringConfigItem']
    primary_auth_mode?: Schemas['BoolConfigItem']
    ldap_base_dn?: Schemas['StringConfigItem']
    ldap_filter?: Schemas['StringConfigItem']
    ldap_group_base_dn?: Schemas['StringConfigItem']
    ldap_group_admin_dn?: Schemas['StringConfigItem']
    ldap_group_attribute_name?: Schemas['StringConfigItem']
    ldap_group_search_filter?: Schemas['StringConfigItem']
    ldap_group_search_scope?: Schemas['IntegerConfigItem']
    ldap_group_attach_parallel?: Schemas['BoolConfigItem']
    ldap_scope?: Schemas['IntegerConfigItem']
    ldap_search_dn?: Schemas['StringConfigItem']
    ldap_timeout?: Schemas['IntegerConfigItem']
    ldap_uid?: Schemas['StringConfigItem']
    ldap_url?: Schemas['StringConfigItem']
    ldap_verify_cert?: Schemas['BoolConfigItem']
    ldap_group_membership_attribute?: Schemas['StringConfigItem']
    smtp_host?: Schemas['StringConfigItem']
    smtp_port?: Schemas['IntegerConfigItem']
    smtp_security?: Schemas['StringConfigItem']
    smtp_verify_cert?: Schemas['BoolConfigItem']
    smtp_ca?: Schemas['StringConfigItem']
    smtp_user?: Schemas['StringConfigItem']
    smtp_from?: Schemas['StringConfigItem']
    outbound_allowed_hosts?: Schemas['StringConfigItem']
    statistics_retention_days?: Schemas['IntegerConfigItem']
    statistics_tag_retention_days?: Schemas['IntegerConfigItem']
    ldap_start_tls?: Schemas['BoolConfigItem']
    ldap_ca?: Schemas['StringConfigItem']
    ldap_login_attributes?: Schemas['StringConfigItem']
    ldap_group_source?: Schemas['StringConfigItem']
    ldap_group_member_attributes?: Schemas['StringConfigItem']
    ldap_group_nested?: Schemas['StringConfigItem']
    ldap_follow_referrals?: Schemas['BoolConfigItem']
    ldap_refresh_interval?: Schemas['IntegerConfigItem']
    ldap_missing_hold_hours?: Schemas['IntegerConfigItem']
    project_creation_restriction?: Schemas['StringConfigItem']
    read_only?: Schemas['BoolConfigItem']
    self_registration?: Schemas['BoolConfigItem']
    token_expiration?: Schemas['IntegerConfigItem']
    uaa_client_id?: Schemas['StringConfigItem']
    uaa_client_secret?: Schemas['StringConfigItem']
    uaa_endpoint?: Schemas['StringConfigItem']
    uaa_verify_cert?: Schemas['BoolConfigItem']
    http_authproxy_endpoint?: Schemas['StringConfigItem']
    http_authproxy_tokenreview_endpoint?: Schemas['StringConfigItem']
    http_authproxy_admin_groups?: Schemas['StringConfigItem']
    http_authproxy_admin_usernames?: Schemas['StringConfigItem']
    http_authproxy_verify_cert?: Schemas['BoolConfigItem']
    http_authproxy_skip_search?: Schemas['BoolConfigItem']
    http_authproxy_server_certificate?: Schemas['StringConfigItem']
    oidc_name?: Schemas['StringConfigItem']
    oidc_endpoint?: Schemas['StringConfigItem']
    oidc_client_id?: Schemas['StringConfigItem']
    oidc_groups_claim?: Schemas['StringConfigItem']
    oidc_admin_group?: Schemas['StringConfigItem']
    oidc_group_filter?: Schemas['StringConfigItem']
    oidc_ca?: Schemas['StringConfigItem']
    oidc_scope?: Schemas['StringConfigItem']
    oidc_user_claim?: Schemas['StringConfigItem']
    oidc_verify_cert?: Schemas['BoolConfigItem']
    oidc_auto_onboard?: Schemas['BoolConfigItem']
    oidc_extra_redirect_parms?: Schemas['StringConfigItem']
    oidc_logout?: Schemas['BoolConfigItem']
    webhook_disable_after?: Schemas['IntegerConfigItem']
    webhook_max_attempts?: Schemas['IntegerConfigItem']
    webhook_retention_days?: Schemas['IntegerConfigItem']
    webhook_timeout_seconds?: Schemas['IntegerConfigItem']
    robot_token_duration?: Schemas['IntegerConfigItem']
    robot_name_prefix?: Schemas['StringConfigItem']
    notification_enable?: Schemas['BoolConfigItem']
    quota_per_project_enable?: Schemas['BoolConfigItem']
    storage_per_project?: Schemas['IntegerConfigItem']
    audit_log_forward_endpoint?: Schemas['StringConfigItem']
    audit_log_spool_hours?: Schemas['IntegerConfigItem']
    audit_log_spool_lines?: Schemas['IntegerConfigItem']
    skip_audit_log_database?: Schemas['BoolConfigItem']
    scanner_skip_update_pulltime?: Schemas['BoolConfigItem']
    session_timeout?: Schemas['IntegerConfigItem']
    banner_message?: Schemas['StringConfigItem']
    disabled_audit_log_event_types?: Schemas['StringConfigItem']
    pull_audit_log_disable?: Schemas['BoolConfigItem']
    scan_all_policy?: Schemas['ScanAllPolicy']
  }
  ScanAllPolicy: {
    type?: string
    parameter?: {
      daily_time?: number
    }
  }
  BoolConfigItem: {
    value?: boolean
    editable?: boolean
  }
  StringConfigItem: {
    value?: string
    editable?: boolean
  }
  IntegerConfigItem: {
    value?: number
    editable?: boolean
  }
  /** Settings to try; what is absent is taken as it is stored. */
  LdapConf: {
    ldap_url?: string
    ldap_search_dn?: string
    ldap_search_password?: string
    ldap_base_dn?: string
    ldap_filter?: string
    ldap_uid?: string
    ldap_scope?: number
    /** Seconds. */
    ldap_connection_timeout?: number
    ldap_verify_cert?: boolean
  }
  LdapPingResult: {
    success?: boolean
    /** What went wrong; empty when nothing did. */
    message?: string
  }
  LdapCheckReq: {
    configuration?: Schemas['Configurations']
    /** Whom to look for; anybody when it is not given. */
    username?: string
    /** Signs that person in, too. */
    password?: string
  }
  LdapCheck: {
    /** One server at least answers, and every later step went well. */
    success: boolean
    steps: Schemas['LdapCheckStep'][]
  }
  LdapCheckStep: {
    /** `connect` comes once for each server; `password` only when one was given. */
    step: "settings" | "connect" | "bind" | "user" | "password" | "groups"
    outcome: "ok" | "failed" | "skipped"
    /** The server of `connect`. */
    url?: string
    /** What went wrong, as a word: `UNREACHABLE`, `CERTIFICATE_NOT_TRUSTED`, … */
    code?: string
    /** The directory's number (RFC 4511). */
    result_code?: number
    /** The number's name: `invalidCredentials`. */
    result_name?: string
    message?: string
    /** The directory's own words. */
    detail?: string
    /** What to look at. */
    hint?: string
    /** DNs that were found, 20 at most. */
    found?: string[]
  }
  LdapUser: {
    username?: string
    realname?: string
    email?: string
  }
  LdapImportUsers: {
    /** Names they sign in with. */
    ldap_uid_list?: string[]
  }
  LdapFailedImportUser: {
    uid?: string
    /** `empty_uid`, `unknown_user`, `ambiguous_name`, `disabled_user`, `name_taken` or `invalid_name`. */
    error?: string
  }
  HeldLdapUser: {
    user_id: number
    username: string
    realname: string
    /** Where the directory last showed them. */
    dn: string
    missing_since: string
    held_since: string
    /** When they lose their access, if nobody decides and the directory still shows others and not them. */
    held_until: string
  }
  HeldLdapUsersReq: {
    /** Whoever is held since later is left alone: the decision is about those who were in the list. The latest `held_since` in it. */
    held_up_to: string
  }
  HeldLdapUsersResult: {
    /** How many it was done for. */
    people: number
    /** How many are still held, because one call is for a thousand: call again. */
    left: number
  }
  Errors: {
    errors: Schemas['Error'][]
  }
  Error: {
    /** A stable word such as NOT_FOUND. */
    code: string
    /** What happened, for people. */
    message: string
    /** One word for why, where the code does not say it: of a registry that cannot be used, a `RegistryReason`. */
    reason_code?: string
  }
  EventFailure: {
    id: number
    /** Who could not take it, as `webhooks` or `notices`. */
    subscriber: string
    /** What happened, as `artifact.pushed`. */
    type: string
    /** To what. */
    subject: string
    project_id?: number
    /** Who did it. */
    username: string
    /** By which its line in the audit log is found. */
    request_id?: string
    status: "retrying" | "given up"
    attempts: number
    /** Why the last attempt failed; empty for what waits behind another event of its subject. */
    error: string
    /** When it happened. */
    at: string
    failed_at: string
    /** When it is tried again. */
    due_at?: string
  }
  /** One run of background work. Its status follows from its tasks. */
  Execution: {
    id?: number
    /** The kind of work, as `WEBHOOK` or `PURGE_AUDIT_LOG`. */
    vendor_type?: string
    /** The policy that it ran for. */
    vendor_id?: number
    /** `Running`, `Success`, `Error` or `Stopped`. */
    status?: string
    status_message?: string
    metrics?: Schemas['Metrics']
    /** `MANUAL`, `SCHEDULE` or `EVENT`. */
    trigger?: string
    extra_attrs?: Schemas['ExtraAttrs']
    start_time?: string
    /** Absent while it runs. */
    end_time?: string
  }
  /** How many tasks are in which status. */
  Metrics: {
    task_count?: number
    success_task_count?: number
    error_task_count?: number
    pending_task_count?: number
    running_task_count?: number
    scheduled_task_count?: number
    stopped_task_count?: number
  }
  Task: {
    id?: number
    execution_id?: number
    /** `Pending`, `Scheduled` (for another attempt), `Running`, `Success`, `Error` or `Stopped`. */
    status?: string
    status_message?: string
    /** How often a worker took it up. */
    run_count?: number
    extra_attrs?: Schemas['ExtraAttrs']
    creation_time?: string
    update_time?: string
    start_time?: string
    end_time?: string
  }
  OverallHealthStatus: {
    /** `healthy` when every component is, otherwise `unhealthy`. */
    status: string
    components: Schemas['ComponentHealthStatus'][]
  }
  ComponentHealthStatus: {
    name: string
    /** `healthy` or `unhealthy`. */
    status: string
    /** What is wrong. */
    error?: string
  }
  IdentityTrust: {
    id: number
    name: string
    robot_id: number
    /** With the prefix, as it signs in. */
    robot_name: string
    issuer: string
    audience: string
    claims: { [name: string]: string }
    /** Empty when the system's authorities are trusted. */
    ca_certificate?: string
    disabled: boolean
    /** To within a minute; absent before the first use. */
    last_used_at?: string
    creation_time: string
    update_time: string
  }
  IdentityTrustInput: {
    /** 1 to 255 characters, unlike those of the robot's other trusts. */
    name?: string
    /** Whom the jobs act as; needed to create, and fixed. */
    robot_id?: number
    /** The https address that the tokens have in `iss`, letter by letter. Its keys are read from there. */
    issuer?: string
    /** What the tokens must have in `aud`; Berth's external address if not given. */
    audience?: string
    /** Path of a claim (`sub`, `kubernetes\.io.namespace`) to the pattern that it must fit: `*` any characters but `/`, `**` between slashes any number of parts, `?`, `[a-z]`, `{a,b}`; `\` takes the next character as it is. All must fit; one of them must begin with a fixed text. At most 10. */
    claims?: { [name: string]: string }
    /** PEM of the only authorities that may vouch for the issuer's host. Jobs must then name the robot. Empty for the system's authorities. */
    ca_certificate?: string
    disabled?: boolean
  }
  /** Tags that the rule covers stay on the artifact they are on, and neither they nor the artifact can be deleted. A rule covers a tag when the tag's name and the repository's name both fit. */
  ImmutableRule: {
    id?: number
    /** Always 0. */
    priority?: number
    disabled?: boolean
    /** `immutable`. */
    action?: string
    /** `immutable_template`. */
    template?: string
    /** Always empty. */
    params?: { [name: string]: { [name: string]: unknown } }
    /** Exactly one, which `matches` or `excludes`. */
    tag_selectors?: Schemas['ImmutableSelector'][]
    /** `repository` with exactly one, which `repoMatches` or `repoExcludes`. */
    scope_selectors?: { [name: string]: Schemas['ImmutableSelector'][] }
  }
  ImmutableSelector: {
    /** `doublestar`. */
    kind?: string
    /** `matches`, `excludes`, `repoMatches` or `repoExcludes`. */
    decoration?: string
    /** Over a tag, or a repository's name without its project: `*`, `**`, `?`, `[a-z]`, `{a,b}`, and `\` before a character that is meant as it is. At most 255 characters and 16 stars. */
    pattern?: string
    /** Accepted for other clients; has no effect. */
    extras?: string
  }
  ImmutableRulePreview: {
    examined_tags: number
    /** False when the project has more tags than were looked at. */
    complete: boolean
    covered_tags: number
    covered_repositories: number
    /** The first 100 by repository and tag. */
    examples: {
      /** Without its project. */
      repository_name: string
      tag: string
    }[]
  }
  JobQueue: {
    job_type?: string
    /** How much waits. */
    count?: number
    /** How many seconds the first of what could begin at once has waited. */
    latency?: number
    paused?: boolean
    /** How much is done now. */
    running?: number
    /** How much failed within the last day. */
    failed?: number
  }
  ActionRequest: {
    action?: "stop" | "pause" | "resume"
  }
  WorkerPool: {
    pid?: number
    /** The name of the node. */
    worker_pool_id?: string
    start_at?: string
    heartbeat_at?: string
    /** How many jobs it does at once. */
    concurrency?: number
    host?: string
  }
  Worker: {
    id?: string
    pool_id?: string
    /** The kind of the job, as `PURGE_AUDIT_LOG`. */
    job_name?: string
    job_id?: string
    start_at?: string
    /** What the job said of itself last. */
    check_in?: string
    checkin_at?: string
  }
  Label: {
    id?: number
    /** Once among the global labels or those of a project; at most 128 characters. */
    name?: string
    /** At most 1024 characters. */
    description?: string
    /** `#rgb`, `#rrggbb` or empty. */
    color?: string
    /** `g`: global, for all projects; `p`: of one project. */
    scope?: string
    /** 0 for a global label. */
    project_id?: number
    creation_time?: string
    update_time?: string
  }
  ProjectMemberEntity: {
    /** The membership's id. */
    id: number
    project_id: number
    /** Who. */
    entity_name: string
    role_name: string
    role_id: number
    entity_id: number
    /** `u` for a person, `g` for a group. */
    entity_type: string
    /** The repositories the role is limited to: patterns relative to the project, with `*` and `?` within a part, `**` once and as a whole part for any number of parts, `{a,b}` for either. Null or nothing: the whole project. */
    repositories?: string[] | null
  }
  ProjectMember: {
    /** 1 project admin, 2 developer, 3 guest, 4 maintainer, 5 limited guest. */
    role_id?: number
    member_user?: Schemas['UserEntity']
    member_group?: Schemas['UserGroup']
    /** The repositories the role is limited to; not for project admins: patterns relative to the project, with `*` and `?` within a part, `**` once and as a whole part for any number of parts, `{a,b}` for either. Null or nothing: the whole project. */
    repositories?: string[] | null
  }
  /** A person, by id or by name. */
  UserEntity: {
    user_id?: number
    username?: string
  }
  RoleRequest: {
    role_id?: number
    /** The repositories the role is limited to from now on. Left out, they stay; null takes the limit off. Patterns are: patterns relative to the project, with `*` and `?` within a part, `**` once and as a whole part for any number of parts, `{a,b}` for either. Null or nothing: the whole project. */
    repositories?: string[] | null
  }
  Notice: {
    id: number
    /** `quota_warning`, `quota_exceeded`, `webhook_disabled`, `robot_expiring`, `system_robot_expiring`, `access_token_expiring`, `forwarding_failing`, `forwarding_losing`, `directory_hold` or `replication_failed`. */
    kind: string
    facts: Schemas['NoticeFacts']
    read: boolean
    creation_time: string
  }
  /** Names and numbers as they were then. What a kind does not have is absent. */
  NoticeFacts: {
    project?: string
    /** Of the robot, the token, the webhook, the receiver of the audit log or the replication policy. */
    name?: string
    /** Bytes. */
    used?: number
    /** Bytes, -1 for no limit. */
    hard?: number
    expiration_time?: string
    /** It expires within so many days: 1 or 7. */
    days?: number
    /** Of the audit log that wait. */
    lines?: number
    /** How many people the directory does not show. */
    people?: number
    /** Of a replication that failed. */
    tasks?: number
    /** Of the replication policy. */
    policy_id?: number
    /** Of the run that failed. */
    execution_id?: number
  }
  UnreadNotices: {
    /** At most 100. */
    count: number
  }
  /** One of the two. */
  NoticesRead: {
    ids?: number[]
    /** This one and all before it. */
    up_to_id?: number
  }
  NoticeFollowing: {
    /** It stands in the console. */
    inbox: boolean
    /** It comes by mail, too, where mails can be sent. */
    mail: boolean
  }
  NoticePreferences: {
    kinds: { [name: string]: Schemas['NoticeFollowing'] }
    /** Of mails: `en` or `zh-CN`. */
    language: string
    /** This installation can send mails to the caller. */
    mail_available: boolean
  }
  NoticePreferencesReq: {
    kinds?: { [name: string]: {
      inbox?: boolean
      mail?: boolean
    } }
    language?: string
  }
  TestMailReq: {
    /** One address. */
    to: string
  }
  TestMailResult: {
    success: boolean
    /** Empty after a success. */
    message: string
  }
  OIDCEndpoint: {
    /** The provider's issuer, with or without the path of its description. */
    url?: string
    /** Whether its certificate must be right; yes unless said otherwise. */
    verify_cert?: boolean
  }
  OIDCCliSecretReq: {
    /** 8 to 128 characters with an upper-case letter, a lower-case letter and a digit. */
    secret?: string
  }
  CliSecret: {
    secret: string
  }
  Permission: {
    /** What it is about, such as `repository`. */
    resource: string
    /** What may be done, such as `pull`. */
    action: string
    /** Only of `getCurrentUserPermissions`, where the right is limited - patterns of the repositories that it reaches, relative to the project. */
    repositories?: string[]
  }
  Permissions: {
    system: Schemas['Permission'][]
    project: Schemas['Permission'][]
  }
  Project: {
    project_id: number
    owner_id?: number
    name: string
    /** Set when the project caches another registry. */
    registry_id?: number
    creation_time: string
    update_time: string
    deleted?: boolean
    owner_name?: string
    togglable?: boolean
    /** The strongest of the caller's roles. */
    current_user_role_id?: number
    current_user_role_ids?: number[]
    repo_count: number
    metadata: Schemas['ProjectMetadata']
    cve_allowlist?: Schemas['CVEAllowlist']
  }
  ProjectReq: {
    /** Lower-case letters and digits, with single dots, underscores or hyphens between them. */
    project_name?: string
    /** Older form of `metadata.public`. */
    public?: boolean | null
    metadata?: Schemas['ProjectMetadata']
    cve_allowlist?: Schemas['CVEAllowlist']
    /** Bytes; -1 for no limit. Only an administrator's has an effect. */
    storage_limit?: number | null
    /** The registry this project caches. */
    registry_id?: number | null
  }
  /** Settings of a project. Truth values are the words `true` and `false`. */
  ProjectMetadata: {
    /** Whether anyone may pull. */
    public?: string
    /** Refuse pushes, deletions and changes of tags and labels; pulls go on. Berth's own. */
    read_only?: string | null
    /** Refuse pulls without a notation signature. */
    enable_content_trust?: string | null
    /** Refuse pulls without a cosign signature. */
    enable_content_trust_cosign?: string | null
    /** Refuse pulls of what is at least as vulnerable as `severity`. */
    prevent_vul?: string | null
    /** `none`, `low`, `medium`, `high` or `critical`. */
    severity?: string | null
    /** Scan what is pushed. */
    auto_scan?: string | null
    /** Make a bill of materials of what is pushed. */
    auto_sbom_generation?: string | null
    /** Use the allowlist of the installation. */
    reuse_sys_cve_allowlist?: string | null
    /** The id of the retention policy. */
    retention_id?: string | null
    /** Limit for a caching project. */
    proxy_speed_kb?: string | null
    /** Limit for a caching project. */
    max_upstream_conn?: string | null
    proxy_cache_local_on_not_found?: string | null
    proxy_referrer_api?: string | null
    proxy_cache_filter_pattern?: string | null
    proxy_cache_filter_kind?: string | null
  }
  CVEAllowlist: {
    id?: number
    project_id?: number
    /** Seconds since 1970; absent when it never ends. */
    expires_at?: number | null
    items?: Schemas['CVEAllowlistItem'][]
    creation_time?: string
    update_time?: string
  }
  CVEAllowlistItem: {
    cve_id?: string
  }
  ProjectDeletable: {
    deletable: boolean
    /** What stands in the way. */
    message?: string
  }
  ProjectSummary: {
    repo_count: number
    project_admin_count?: number
    maintainer_count?: number
    developer_count?: number
    guest_count?: number
    limited_guest_count?: number
    quota?: Schemas['ProjectSummaryQuota']
    registry?: Schemas['Registry']
  }
  ProjectSummaryQuota: {
    hard?: Schemas['ResourceList']
    used?: Schemas['ResourceList']
    /** True from 85 % of a limit on. */
    nearly_full?: boolean
  }
  /** Amounts by resource; `storage` is in bytes. */
  ResourceList: { [name: string]: number }
  Quota: {
    id: number
    ref: Schemas['QuotaRefObject']
    hard: Schemas['ResourceList']
    used: Schemas['ResourceList']
    /** True from 85 % of a limit on. */
    nearly_full?: boolean
    creation_time: string
    update_time: string
  }
  /** The project the quota is for: `id`, `name`, `owner_name`. */
  QuotaRefObject: { [name: string]: unknown }
  QuotaUpdateReq: {
    hard?: Schemas['ResourceList']
  }
  QuotaRecalculation: {
    /** Bytes in use, as counted before. */
    used_before: number
    /** Bytes in use, as counted now. */
    used: number
    /** Blobs and manifests that were counted wrong. */
    mended_blobs: number
    /** Blobs that have another size than their manifests claim. */
    resized_blobs: number
  }
  ProjectStorage: {
    /** Bytes in use, each blob once. */
    used: number
    /** Of those, what just one repository holds. */
    own: number
    /** Of those, what several repositories hold. */
    shared: number
    repositories: Schemas['RepositoryStorage'][]
  }
  RepositoryStorage: {
    repository_id: number
    /** With its project in front. */
    repository_name: string
    /** Bytes that only this repository holds: deleting it frees them. */
    own: number
    /** Bytes that other repositories of the project hold too. */
    shared: number
  }
  RegistryCredential: {
    /** `basic`, as a rule; any word of at most 16 characters is kept. How Berth signs in depends on the registry's type alone. Empty without credentials. */
    type?: string
    /** The name to sign in with. */
    access_key?: string
    /** The password, token or key. In answers it is `*****` where there is one; sent back so, it stays as it was. */
    access_secret?: string
  }
  Registry: {
    id?: number
    name?: string
    description?: string
    /** One of the types that `GET /replication/adapters` lists. */
    type?: string
    /** As `https://registry.example.com`; without a scheme it is taken for https. */
    url?: string
    credential?: Schemas['RegistryCredential']
    /** Believe any certificate. Whoever is in between can then read the credentials. */
    insecure?: boolean
    /** Certificates in PEM: the only authorities that may vouch for the registry. Empty for the system's. */
    ca_certificate?: string | null
    /** `healthy`, `unhealthy` or `unknown`, as the last look found it. */
    status?: string
    /** Why it is unhealthy. */
    status_message?: string
    status_reason_code?: Schemas['RegistryReason']
    /** When it was looked at last. */
    checked_time?: string
    /** How many images may be on their way there at once, by all workers together; 6 unless said. */
    max_transfers?: number
    /** Kilobits a second that all workers together may send there; 0 for no limit. */
    bandwidth?: number
    /** Replications leave it alone until then, because it failed several times in a row or asked for patience. Absent when they do not. `POST /registries/ping` of it as it is stored ends it when the registry answers, unless it was asked for. */
    paused_until?: string
    /** Since then nothing that replications tried there has gone through. Absent when the last of it has. After an hour runs to and from it end; `POST /registries/ping` of it as it is stored, when the registry answers, begins that hour anew. */
    failing_since?: string
    creation_time?: string
    update_time?: string
  }
  /** Why it is unhealthy. Whoever meets a word that is not here has `status_message`; others may be added. */
  RegistryReason: "credentials_refused" | "credentials_missing" | "denied" | "rate_limited" | "wrong_type" | "foreign_realm" | "timeout" | "unreachable" | "answers_error" | "certificate_expired" | "certificate_not_trusted" | "certificate_wrong_name" | "no_tls" | "address_not_allowed" | "unusable"
  RegistryUpdate: {
    name?: string | null
    description?: string | null
    /** At another address the secret has to be given again. */
    url?: string | null
    credential_type?: string | null
    access_key?: string | null
    /** Empty for none. */
    access_secret?: string | null
    insecure?: boolean | null
    /** Empty for the authorities of the system. */
    ca_certificate?: string | null
    max_transfers?: number | null
    bandwidth?: number | null
  }
  RegistryPing: {
    /** A stored one. */
    id?: number | null
    type?: string | null
    url?: string | null
    credential_type?: string | null
    access_key?: string | null
    /** With an id and absent: the stored one, for the same address only. */
    access_secret?: string | null
    insecure?: boolean | null
    ca_certificate?: string | null
  }
  RegistryInfo: {
    type?: string
    description?: string
    supported_resource_filters?: Schemas['FilterStyle'][]
    supported_triggers?: string[]
    supported_copy_by_chunk?: boolean
  }
  FilterStyle: {
    type?: string
    /** `input`, `radio` or `list`: how it may be asked for. */
    style?: string
    values?: string[]
  }
  RegistryEndpoint: {
    key?: string
    value?: string
  }
  RegistryProviderEndpointPattern: {
    /** `EndpointPatternTypeStandard`, `EndpointPatternTypeFix` or `EndpointPatternTypeList`. */
    endpoint_type?: string
    endpoints?: Schemas['RegistryEndpoint'][]
  }
  RegistryProviderCredentialPattern: {
    /** `AccessKeyTypeStandard` or `AccessKeyTypeFix`. */
    access_key_type?: string
    access_key_data?: string
    /** `AccessSecretTypePass` or `AccessSecretTypeFile`. */
    access_secret_type?: string
    access_secret_data?: string
  }
  RegistryProviderInfo: {
    endpoint_pattern?: Schemas['RegistryProviderEndpointPattern']
    credential_pattern?: Schemas['RegistryProviderCredentialPattern']
  }
  RegistryEvent: {
    id: number
    /** The registry's own id of it. */
    event_id: string
    action: "push" | "pull" | "delete"
    repository: string
    digest?: string
    tag?: string
    /** Who did it, by the registry's account; empty for anonymous. */
    actor: string
    status: "waiting" | "failing" | "given up" | "done"
    attempts: number
    /** Why the last attempt failed. */
    error?: string
    /** When it happened, by the registry's clock. */
    at: string
    received_at: string
    /** When it is tried again. */
    due_at?: string
    processed_at?: string
  }
  RegistryWalk: {
    id: number
    /** `reconcile`, `plan` or `adopt`. */
    kind: string
    /** `pending`, `running`, `stopped`, `failed` or `done`. */
    status: string
    options: Schemas['RegistryWalkOptions']
    counts: Schemas['RegistryWalkCounts']
    /** The last repository that is done. */
    current_repository?: string
    /** Why it failed. */
    error?: string
    /** Who started it; missing for the nightly one. */
    created_by?: string
    creation_time: string
    start_time?: string
    /** When it last said that it runs. */
    update_time?: string
    end_time?: string
  }
  RegistryWalkOptions: {
    /** Of a reconcile: make the index like the registry. Without it differences are only reported. */
    mend?: boolean
    /** The most requests to send to the registry in a second. Default 100. */
    requests_per_second?: number
    /** The project for repositories without a slash in their name; missing: they are left out. */
    single_segment_project?: string
    /** Adopt only into these projects; empty: into all. */
    projects?: string[]
  }
  RegistryWalkReq: {
    kind: "reconcile" | "plan" | "adopt"
    mend?: boolean
    requests_per_second?: number
    single_segment_project?: string
    projects?: string[]
  }
  RegistryWalkCounts: {
    /** Repositories to visit. */
    repositories?: number
    repositories_done?: number
    /** Tags that the registry listed. */
    tags?: number
    /** Requests sent to the registry. */
    requests?: number
    /** All of them, also those beyond the 2,000 of each kind that are kept. */
    findings?: number
    /** Differences mended; of an adoption, tags taken over. */
    mended?: number
    /** What could not be looked at or mended. */
    failed?: number
  }
  RegistryFinding: {
    id: number
    /** Differences: `tag_missing`, `tag_moved`, `tag_gone`, `artifact_missing`, `artifact_gone`, `child_gone`, `repository_gone`. What stays outside: `no_project`, `unassigned`, `invalid_name`, `name_conflict`. What could not be done: `not_a_manifest`, `incomplete`, `failed`. */
    kind: string
    /** The repository's full name. */
    repository: string
    /** A tag or a digest; missing when the repository itself is meant. */
    reference?: string
    detail?: string
    mended: boolean
    creation_time: string
  }
  RegistryProposal: {
    project: string
    repositories: number
    tags: number
    /** Whether there is such a project now. */
    exists: boolean
    /** Of a project that exists. */
    project_id?: number
    /** Of a project that exists. */
    public?: boolean
    /** Of a project that exists and has an owner. */
    owner_name?: string
  }
  ReplicationFilter: {
    /** `name` (glob over the whole name of a repository), `tag` (glob), `label` (all of them), `resource` (`image` or `artifact`); Berth's own: `semver` (a range of versions, as `>=1.2 <2`) and `newest` (so many of the newest tags). */
    type?: string
    /** A text; for `label` a list of texts. */
    value?: unknown
    /** Of `tag` and `label`: `matches` or `excludes`. */
    decoration?: string
  }
  ReplicationTriggerSettings: {
    /** Six fields, UTC; seconds are 0 and minutes are not all of them. */
    cron?: string
  }
  ReplicationTrigger: {
    /** `manual`, `scheduled` or `event_based`. */
    type?: string
    trigger_settings?: Schemas['ReplicationTriggerSettings']
  }
  ReplicationPolicy: {
    id?: number
    name?: string
    description?: string
    src_registry?: Schemas['Registry']
    dest_registry?: Schemas['Registry']
    /** Empty where names stay as they are. */
    dest_namespace?: string
    /** How many leading parts of a name make way for `dest_namespace`; -1, as when absent or any other that is negative: all but the last. */
    dest_namespace_replace_count?: number
    trigger?: Schemas['ReplicationTrigger']
    filters?: Schemas['ReplicationFilter'][]
    /** What `deletion` is. Of answers only: what is sent in it changes nothing, as in Harbor. */
    replicate_deletion?: boolean
    /** Delete at the destination what is deleted at the source. */
    deletion?: boolean
    /** Move tags that are at the destination already. */
    override?: boolean
    enabled?: boolean
    creation_time?: string
    update_time?: string
    /** Kilobits a second of each blob; 0 and less for no limit. */
    speed?: number
    copy_by_chunk?: boolean
    /** Skip a run while the last one is under way. */
    single_active_replication?: boolean
    /** Both ways. Needs another Berth or a Harbor at the other end, and no `dest_namespace`. */
    mirror?: boolean
    last_execution?: Schemas['ReplicationExecution']
  }
  StartReplicationExecution: {
    policy_id?: number
  }
  ReplicationExecution: {
    id?: number
    policy_id?: number
    /** `InProgress`, `Succeed`, `Failed` or `Stopped`. */
    status?: string
    /** `manual`, `scheduled` or `event_based`. */
    trigger?: string
    start_time?: string
    /** Absent as long as it runs. */
    end_time?: string
    /** What there is to say of all of it; `skipped: …` where it did not begin, because another was under way. */
    status_text?: string
    /** `skipped`: it did not begin, because another was under way. Absent otherwise. */
    reason_code?: "skipped"
    /** What of `status_text` says more than counts, as names that are left out. Absent where there is nothing. */
    notes?: Schemas['ReplicationPreviewProblem'][]
    /** Tasks, of which it may have more later: both sides are still compared. */
    total?: number
    failed?: number
    succeed?: number
    in_progress?: number
    stopped?: number
    /** Both sides are still compared, so that numbers of tasks and bytes grow. */
    planning?: boolean
    /** Of all blobs that its artifacts need, as far as it is known. */
    bytes_total?: number
    /** What the destination has of them by now, however it came there. */
    bytes_done?: number
    /** What was sent in about the last ten seconds; 0 once it has ended. */
    bytes_per_second?: number
    /** Until it ends, if it goes on like this. Absent as long as that cannot be said: while both sides are compared, nothing moves, its registry is left alone (`paused_until`), or it has ended. */
    eta_seconds?: number
    /** Tags for which there was nothing to do. */
    in_step?: number
    /** How many of `failed` are deletions in doubt, which are tried again one by one only. Absent in lists, and as long as it runs. */
    doubtful?: number
    /** The registry at its other end is left alone until then. Absent when it is not, or the run has ended. */
    paused_until?: string
  }
  ReplicationTask: {
    id?: number
    execution_id?: number
    /** `Pending`, `InProgress`, `Succeed`, `Failed` or `Stopped`. */
    status?: string
    job_id?: string
    /** `copy`, `deletion`; `compare` finds out what there is to do. */
    operation?: string
    /** `delete`: tags, or an artifact with all of them, are taken away at the end that `direction` leads to. */
    kind?: "compare" | "copy" | "delete"
    resource_type?: string
    src_resource?: string
    dst_resource?: string
    start_time?: string
    end_time?: string
    /** Why it failed or waits. */
    status_text?: string
    /** `push` to the other registry, or `pull` from it. */
    direction?: string
    tags?: string[]
    /** Absent where both sides are compared. */
    digest?: string
    /** Of all blobs that the artifact needs; 0 as long as it is not known. */
    bytes_total?: number
    /** What the destination has of them by now. */
    bytes_done?: number
    /** That failed. */
    attempts?: number
    /** Present while it waits to be tried again after an attempt that failed or was put off by the registry. A time that is past means as soon as there is room. */
    next_attempt_at?: string
    reason_code?: Schemas['ReplicationReason']
  }
  /** What it came to, or why it failed or waits. `kept`: the tags are on something else there, and the policy moves none; `partly`: some of them are; `superseded`: it was changed or deleted since, on one of the two sides; `not_meant`: the policy does not mean it any more. `doubtful`: so much is gone at once that it may be lost; trying this task again, by itself, deletes it. `given_up`: nothing had gone through at the registry for an hour. Others may be added. */
  ReplicationReason: "copied" | "in_step" | "partly" | "kept" | "superseded" | "not_meant" | "deleted" | "nothing_to_delete" | "stays" | "unauthorized" | "denied" | "no_project" | "not_found" | "protected" | "too_large" | "rate_limited" | "unavailable" | "certificate" | "spoilt" | "name_invalid" | "manifest_invalid" | "unsupported" | "refused" | "database" | "own_fault" | "vanished" | "doubtful" | "late" | "given_up" | "left_out" | "no_labels" | "stopped" | "elsewhere"
  ReplicationRetry: {
    /** How many tasks go again. */
    retried: number
  }
  ReplicationMissing: {
    task_id: number
    /** `delete`: it is still there and should not be. */
    kind: "compare" | "copy" | "delete"
    /** Where it was to go. Empty when nothing at all could be compared. */
    repository: string
    tags: string[]
    /** Absent for a repository that could not be compared. */
    digest?: string
    /** Absent when it is not known. */
    size_bytes?: number
    reason: string
    reason_code?: Schemas['ReplicationReason']
  }
  ReplicationPreviewItem: {
    /** `replace`: the tags are on something else at the destination and would be moved; `skip`: they are, and the policy does not move them. */
    action: "copy" | "replace" | "skip" | "delete"
    /** A repository. */
    source: string
    /** A repository. */
    destination: string
    tags: string[]
    digest?: string
    /** Of the artifact; absent when it is not known. */
    size_bytes?: number
    direction: "push" | "pull"
    reason: string
  }
  ReplicationPreview: {
    items: Schemas['ReplicationPreviewItem'][]
    /** How many there are, also of those that are not listed. */
    total: number
    /** Of the listed ones that would be copied or replaced; blobs that the destination has are not taken off. */
    bytes: number
    /** Whether `bytes` counts everything that would be copied. */
    bytes_known: boolean
    /** Tags for which there is nothing to do. */
    in_step: number
    /** That were compared. */
    repositories: number
    /** False when the time ran out before everything was compared. */
    complete: boolean
    /** What could not be compared or stays out by its nature, and why. */
    problems: Schemas['ReplicationPreviewProblem'][]
  }
  ReplicationPreviewProblem: {
    /** At the source. Absent where it is about all of them. */
    repository?: string
    /** A sentence. */
    reason: string
    reason_code: Schemas['ReplicationReason']
  }
  ReplicationMapRegistry: {
    /** 0 is this Berth. */
    id: number
    name: string
    type: string
    url: string
    /** `healthy`, `unhealthy` or `unknown`. */
    status: string
    /** As of the registry. */
    checked_time?: string
    /** As of the registry. */
    failing_since?: string
    /** As of the registry. */
    paused_until?: string
    /** Policies with this registry that have no line here. */
    more_lines: number
  }
  ReplicationMapExecution: {
    id: number
    /** `InProgress`, `Succeed`, `Failed` or `Stopped`. */
    status: string
    start_time: string
    end_time?: string
    /** Tasks. */
    failed: number
    bytes_total: number
    /** The registry at its other end is left alone until then. Absent when it is not, or the run has ended. */
    paused_until?: string
  }
  ReplicationMapLine: {
    policy_id: number
    policy_name: string
    /** Id of a registry; 0 is this Berth. */
    from: number
    /** Id of a registry; 0 is this Berth. */
    to: number
    mirror: boolean
    /** `manual`, `scheduled` or `event_based`. */
    trigger: string
    enabled: boolean
    last_execution?: Schemas['ReplicationMapExecution']
  }
  ReplicationMap: {
    registries: Schemas['ReplicationMapRegistry'][]
    lines: Schemas['ReplicationMapLine'][]
  }
  Repository: {
    id: number
    project_id: number
    /** With its project in front. */
    name: string
    description?: string
    artifact_count: number
    pull_count: number
    /** Bytes of everything in it, each blob once; told of a single repository, not in lists. */
    storage_size?: number
    creation_time?: string
    update_time?: string
  }
  /** Only the description can be changed; the other fields are accepted and ignored. */
  RepositoryReq: {
    id?: number
    project_id?: number
    /** With its project in front. */
    name?: string
    description?: string
    artifact_count?: number
    pull_count?: number
    /** Bytes of everything in it, each blob once; told of a single repository, not in lists. */
    storage_size?: number
    creation_time?: string
    update_time?: string
  }
  Robot: {
    id?: number
    /** With the prefix, as it signs in: `robot$ci` or `robot$project+ci`. */
    name?: string
    /** At most 1024 characters. */
    description?: string
    /** Never in an answer; ignored in a change. */
    secret?: string
    /** `project` or `system`. */
    level?: string
    /** Days from its creation on; -1 for ever. */
    duration?: number | null
    /** Always true. */
    editable?: boolean
    /** A disabled robot can do nothing. */
    disable?: boolean
    /** Seconds since 1970; -1 for never. */
    expires_at?: number
    permissions?: Schemas['RobotPermission'][]
    /** `local` for a person, `robot` or `system`. */
    creator_type?: string
    /** The id of the person or the robot. */
    creator_ref?: number
    creation_time?: string
    update_time?: string
    /** At most half a minute behind; missing before the first use. */
    last_used_at?: string
  }
  RobotCreate: {
    /** Without prefix and project: lower-case letters and digits, joined by `.`, `_` or `-`. */
    name?: string
    /** At most 1024 characters. */
    description?: string
    /** One of your own that obeys the rule for passwords; Berth makes a better one. */
    secret?: string
    /** `project` or `system`. */
    level?: string
    disable?: boolean
    /** Days, or -1 for ever; the setting `robot_token_duration` when absent. */
    duration?: number
    permissions?: Schemas['RobotPermission'][]
  }
  RobotCreated: {
    id?: number
    /** What it signs in with. */
    name?: string
    /** Shown this one time. */
    secret?: string
    creation_time?: string
    /** Seconds since 1970; -1 for never. */
    expires_at?: number
  }
  RobotSec: {
    /** 8 to 128 characters with upper case, lower case and a digit. */
    secret?: string
  }
  RobotPermission: {
    /** `project` or `system`. */
    kind?: string
    /** A project's name, `*` for all projects, `/` for the system. */
    namespace?: string
    access?: Schemas['Access'][]
    /** The repositories it is limited to: patterns relative to the project, with `*` and `?` within a part, `**` once and as a whole part for any number of parts, `{a,b}` for either. Null or nothing: the whole project. */
    repositories?: string[] | null
  }
  Access: {
    /** One that `getPermissions` lists, such as `repository`. */
    resource?: string
    /** One that `getPermissions` lists for the resource, such as `pull`. */
    action?: string
    /** `allow` or nothing: what is not listed is denied. */
    effect?: string
  }
  Schedule: {
    id?: number
    status?: string
    creation_time?: string
    update_time?: string
    schedule?: Schemas['ScheduleObj']
    /** What it is started with. */
    parameters?: { [name: string]: unknown }
  }
  ScheduleObj: {
    /** `Manual` starts now, `None` ends a schedule; the others start by `cron`. `Schedule` is another word for `Custom`. */
    type?: "Hourly" | "Daily" | "Weekly" | "Custom" | "Manual" | "None" | "Schedule"
    /** Six fields, seconds first and 0; in UTC. */
    cron?: string
    next_scheduled_time?: string
  }
  ScheduleTask: {
    id?: number
    /** What starts, as `PURGE_AUDIT_LOG`. */
    vendor_type?: string
    /** Of the policy; 0 where there is one of the kind only. */
    vendor_id?: number
    cron?: string
    update_time?: string
    /** When it starts next; while schedules are paused, nothing starts. */
    next_run_time?: string
  }
  SchedulerStatus: {
    paused?: boolean
  }
  Search: {
    project: Schemas['Project'][]
    repository: Schemas['SearchRepository'][]
  }
  SearchRepository: {
    project_id: number
    project_name: string
    project_public: boolean
    /** With its project in front. */
    repository_name: string
    pull_count?: number
    artifact_count?: number
  }
  SearchGroups: Schemas['SearchGroup'][]
  /** Hits of one kind. */
  SearchGroup: {
    kind: "project" | "repository" | "tag" | "digest" | "label" | "annotation"
    hits: Schemas['SearchHit'][]
    /** The `cursor` of the next page, when there is one. */
    next?: string
  }
  /** One thing that was found. */
  SearchHit: {
    project_name: string
    /** With its project in front; of everything but a project. */
    repository_name?: string
    /** Of everything inside a repository. */
    digest?: string
    /** `IMAGE`, `CHART` and so on. */
    artifact_type?: string
    tag?: string
    /** What the words were found in: a name, a digest, a label, an annotation as `key=value`. */
    matched: string
  }
  SecondFactor: {
    /** False for people without a local password. */
    available: boolean
    enabled: boolean
    recovery_codes_left: number
    /** Absent without one. */
    enabled_time?: string
  }
  SecondFactorBegin: {
    password: string
  }
  SecondFactorSetup: {
    /** Base32, to be typed where nothing can be scanned. */
    secret: string
    /** `otpauth://…`, for a QR code. */
    uri: string
  }
  SecondFactorConfirm: {
    /** What the app shows now. */
    code: string
  }
  SecondFactorProof: {
    password: string
    /** What the app shows now, or a recovery code. */
    code: string
  }
  RecoveryCodes: {
    /** Each works once in the place of a code. */
    recovery_codes: string[]
  }
  Session: {
    /** Opens nothing. */
    id: string
    /** The session that asks. */
    current: boolean
    /** The network address it was begun from. */
    address: string
    /** What the browser calls itself. */
    user_agent: string
    creation_time: string
    /** To the minute. */
    last_seen_time: string
    /** It ends by then, and earlier when unused for an hour. */
    expiration_time: string
  }
  Statistic: {
    private_project_count: number
    private_repo_count: number
    public_project_count: number
    public_repo_count: number
    total_project_count: number
    total_repo_count: number
    /** Bytes; told to administrators only. */
    total_storage_consumption?: number
  }
  Activity: {
    /** The first day, of UTC. */
    from: string
    /** The last day, of UTC. */
    to: string
    /** Manifests that were fetched on all of these days. */
    pulls: number
    /** Manifests that were pushed on all of these days. */
    pushes: number
    items: Schemas['ActivityDay'][]
  }
  ActivityDay: {
    day: string
    pulls: number
    pushes: number
    /** Bytes in use; only of a project or a repository, and where it is known. */
    storage_bytes?: number
  }
  StorageHistory: {
    /** The first day, of UTC. */
    from: string
    /** The last day, of UTC. */
    to: string
    items: Schemas['StorageDay'][]
  }
  StorageDay: {
    day: string
    storage_bytes: number
  }
  RepositoryUse: {
    repository_id: number
    /** With its project in front. */
    repository_name: string
    project_id: number
    pulls: number
    pushes: number
  }
  TagUse: {
    tag: string
    pulls: number
    pushes: number
  }
  /** Callers who are not signed in get only what a sign-in page needs. */
  GeneralInfo: {
    /** An announcement as a JSON text. */
    banner_message?: string | null
    current_time?: string | null
    /** Host and port to use in image names. */
    registry_url?: string | null
    /** Where browsers reach this installation. */
    external_url?: string | null
    /** Where new people come from: `db_auth` for local accounts, `ldap_auth` or `oidc_auth`. */
    auth_mode?: string | null
    /** Sign-in begins at the OIDC provider. */
    primary_auth_mode?: boolean | null
    /** `everyone` or `adminonly`. */
    project_creation_restriction?: string | null
    /** Whether anyone may create an account. */
    self_registration?: boolean | null
    has_ca_root?: boolean | null
    /** The version, under the name clients look for. */
    harbor_version?: string | null
    /** Berth's own: a UUID by which other Berths know this one, wherever they reach it. */
    instance_id?: string
    registry_storage_provider_name?: string | null
    read_only?: boolean | null
    notification_enable?: boolean | null
    authproxy_settings?: Schemas['AuthproxySetting']
    /** Empty without single sign-on. */
    oidc_provider_name?: string | null
  }
  AuthproxySetting: {
    endpoint?: string
    /** Misspelt on the wire since its first release. */
    tokenreivew_endpoint?: string
    skip_search?: boolean
    verify_cert?: boolean
    /** PEM. */
    server_certificate?: string
  }
  Tag: {
    id: number
    repository_id: number
    artifact_id: number
    name: string
    push_time: string
    pull_time?: string
    immutable: boolean
  }
  /** A tag to put on an artifact. Further fields are ignored. */
  NewTag: {
    name: string
  }
  UserGroup: {
    id?: number
    /** At most 255 characters. */
    group_name?: string
    /** 1 for a group of a directory (LDAP), 3 for one of an OIDC provider. */
    group_type?: number
    /** Of a group of a directory; tells who it is. */
    ldap_group_dn?: string
  }
  UserGroupSearchItem: {
    id?: number
    group_name?: string
    /** 1 LDAP, 3 OIDC. */
    group_type?: number
  }
  UserResp: {
    email?: string
    realname?: string
    comment?: string
    user_id: number
    username: string
    /** Administrator of the whole installation. */
    sysadmin_flag: boolean
    /** Cannot sign in. */
    disabled?: boolean
    /** Administrator because of a group outside. */
    admin_role_in_auth: boolean
    /** Where the person comes from. */
    auth_source?: "local" | "ldap" | "oidc"
    oidc_user_meta?: Schemas['OIDCUserInfo']
    creation_time?: string
    update_time?: string
  }
  OIDCUserInfo: {
    id?: number
    user_id?: number
    /** Subject and issuer together. */
    subiss?: string
    /** Never there: only its hash is kept. */
    secret?: string
    creation_time?: string
    update_time?: string
  }
  UserCreationReq: {
    email?: string
    realname?: string
    comment?: string
    /** 8 to 128 characters with an upper-case letter, a lower-case letter and a digit. */
    password?: string
    username?: string
  }
  UserProfile: {
    email?: string
    realname?: string
    comment?: string
  }
  UserSysAdminFlag: {
    sysadmin_flag?: boolean
  }
  UserDisabledFlag: {
    disabled: boolean
  }
  PasswordReq: {
    /** Needed when changing one's own. */
    old_password?: string
    new_password?: string
  }
  UserSearchRespItem: {
    user_id: number
    username: string
  }
  WebhookPolicy: {
    id?: number
    /** Once in a project. */
    name?: string
    description?: string
    project_id?: number
    targets?: Schemas['WebhookTargetObject'][]
    /** As `PUSH_ARTIFACT`; every type of Harbor may be named. */
    event_types?: string[]
    creator?: string
    creation_time?: string
    update_time?: string
    enabled?: boolean
    /** A pattern over the repository's name without its project, as in immutable tag rules; empty for all. Only for events of artifacts, as the next. */
    repository_filter?: string
    /** A pattern over the tag; empty for all, with it no artifact without a tag. */
    tag_filter?: string
    /** Whether there is a secret. Sent by callers it means nothing. */
    signed?: boolean
    /** Until then the former secret signs too. Sent by callers it means nothing. */
    previous_secret_valid_until?: string
    /** Why Berth itself disabled it. Sent by callers it means nothing. */
    disabled_reason?: string
  }
  WebhookTargetObject: {
    /** `http` or `slack`. */
    type?: string
    /** An http or https address. */
    address?: string
    /** Sent as `Authorization`. Shown as `********` when there is one. */
    auth_header?: string
    /** Believe any certificate. Whoever stands between then reads and changes what is sent. */
    skip_cert_verify?: boolean
    payload_format?: Schemas['PayloadFormatType']
    /** Sent as well, at most 20. Values are shown as `********`. */
    headers?: { [name: string]: string }
  }
  WebhookLastTrigger: {
    policy_name?: string
    event_type?: string
    enabled?: boolean
    /** When the webhook was made. */
    creation_time?: string
    /** Absent when it never told of this. */
    last_trigger_time?: string
  }
  WebhookJob: {
    /** The id of the execution. */
    id?: number
    policy_id?: number
    event_type?: string
    notify_type?: string
    status?: string
    /** The body that is sent. */
    job_detail?: string
    creation_time?: string
    update_time?: string
  }
  SupportedWebhookEventTypes: {
    event_type?: Schemas['EventType'][]
    notify_type?: Schemas['NotifyType'][]
    payload_formats?: Schemas['PayloadFormat'][]
  }
  /** As `PUSH_ARTIFACT`. */
  EventType: string
  /** `http` or `slack`. */
  NotifyType: string
  PayloadFormat: {
    notify_type?: Schemas['NotifyType']
    formats?: Schemas['PayloadFormatType'][]
  }
  /** `Default` or `CloudEvents`. */
  PayloadFormatType: string
  WebhookTest: {
    /** Which of the targets, from 0; the first when absent. */
    target?: number
  }
  /** What a target said. Headers that may hold secrets are masked, and so is whatever was sent as one. */
  WebhookAnswer: {
    /** Whether the status began with 2. */
    delivered: boolean
    at: string
    took_ms: number
    /** 0 when there was no answer. */
    status: number
    /** At most 20. */
    headers: { [name: string]: string }
    /** The first 4 KiB. */
    body: string
    error: string
  }
  WebhookSecretRotation: {
    /** How long the former secret signs as well, at most 168; 24 when absent. */
    overlap_hours?: number
  }
  WebhookSecret: {
    secret: string
    previous_secret_valid_until?: string
  }
  WebhookDelivery: {
    id: number
    /** What receivers get as `Berth-Webhook-Id`, the same in every attempt. */
    webhook_id: string
    execution_id: number
    task_id: number
    event_type: string
    /** What it is about, as a repository. Deliveries about one subject go to a target one after the other. */
    subject: string
    /** The host that it goes to. */
    target: string
    /** `waiting`, `blocked` (by an earlier one of the subject), `delivered` or `dead` (given up). */
    status: string
    /** Since it was last asked for. */
    attempts: number
    next_attempt_time?: string
    creation_time: string
    end_time?: string
    answer?: Schemas['WebhookAnswer']
    /** What is sent; only where one delivery is asked for. */
    body?: string
  }
  WebhookRedelivery: {
    /** Sent once more, at most 500. */
    deliveries: number
    /** Others were given up, too: ask again. */
    more: boolean
  }
}

export interface Operations {
  /** My personal access tokens */
  listMyAccessTokens: {
    path: Nothing
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['AccessToken'][]
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Make a personal access token */
  createMyAccessToken: {
    path: Nothing
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: Schemas['AccessTokenCreate']
    data: Schemas['AccessTokenCreated']
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Revoke one of my tokens */
  deleteMyAccessToken: {
    path: { token_id: number }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** A person's personal access tokens */
  listAccessTokens: {
    path: { user_id: number }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['AccessToken'][]
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Revoke a person's token */
  deleteAccessToken: {
    path: { user_id: number; token_id: number }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** List what changed lately */
  listActivities: {
    path: Nothing
    query: { project_name?: string; repository_name?: string; before?: number; page_size?: number }
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['RecentActivity'][]
    parsedQuery: { project_name?: string; repository_name?: string; before?: number; page_size: number }
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Follow what changes */
  followActivities: {
    path: Nothing
    query: { project_name?: string; repository_name?: string; after?: number }
    headers: { "X-Request-Id"?: string; "Last-Event-ID"?: string }
    body: undefined
    data: string
    parsedQuery: { project_name?: string; repository_name?: string; after?: number }
    parsedHeaders: { "X-Request-Id"?: string; "Last-Event-ID"?: string }
  }
  /** List the artifacts of a repository */
  listArtifacts: {
    path: { project_name: string; repository_name: string }
    query: { q?: string; sort?: string; page?: number; page_size?: number; with_tag?: boolean; with_label?: boolean; with_scan_overview?: boolean; with_sbom_overview?: boolean; with_immutable_status?: boolean; with_accessory?: boolean; with_inherited_accessory?: boolean }
    headers: { "X-Request-Id"?: string; "X-Accept-Vulnerabilities"?: string }
    body: undefined
    data: Schemas['Artifact'][]
    parsedQuery: { q?: string; sort?: string; page: number; page_size: number; with_tag: boolean; with_label: boolean; with_scan_overview: boolean; with_sbom_overview: boolean; with_immutable_status: boolean; with_accessory: boolean; with_inherited_accessory: boolean }
    parsedHeaders: { "X-Request-Id"?: string; "X-Accept-Vulnerabilities": string }
  }
  /** Copy an artifact into this repository */
  CopyArtifact: {
    path: { project_name: string; repository_name: string }
    query: { from: string }
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: undefined
    parsedQuery: { from: string }
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** One artifact */
  getArtifact: {
    path: { project_name: string; repository_name: string; reference: string }
    query: { page?: number; page_size?: number; with_tag?: boolean; with_label?: boolean; with_scan_overview?: boolean; with_sbom_overview?: boolean; with_immutable_status?: boolean; with_accessory?: boolean; with_inherited_accessory?: boolean; with_signature?: boolean }
    headers: { "X-Request-Id"?: string; "X-Accept-Vulnerabilities"?: string }
    body: undefined
    data: Schemas['Artifact']
    parsedQuery: { page: number; page_size: number; with_tag: boolean; with_label: boolean; with_scan_overview: boolean; with_sbom_overview: boolean; with_immutable_status: boolean; with_accessory: boolean; with_inherited_accessory: boolean; with_signature: boolean }
    parsedHeaders: { "X-Request-Id"?: string; "X-Accept-Vulnerabilities": string }
  }
  /** Delete an artifact and its tags */
  deleteArtifact: {
    path: { project_name: string; repository_name: string; reference: string }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** List what is attached to an artifact */
  listAccessories: {
    path: { project_name: string; repository_name: string; reference: string }
    query: { q?: string; sort?: string; page?: number; page_size?: number }
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['Accessory'][]
    parsedQuery: { q?: string; sort?: string; page: number; page_size: number }
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** More about an artifact */
  getAddition: {
    path: { project_name: string; repository_name: string; reference: string; addition: "build_history" | "values.yaml" | "readme.md" | "dependencies" | "sbom" | "license" | "files" | "manifest" | "config" }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: unknown
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** List where the audit log goes on to */
  listAuditDestinations: {
    path: Nothing
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['AuditDestination'][]
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Let the audit log go on to another place */
  createAuditDestination: {
    path: Nothing
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: Schemas['AuditDestinationReq']
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Where the audit log goes on to, and how it is going */
  getAuditDestination: {
    path: { audit_destination_id: number }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['AuditDestination']
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Change a destination */
  updateAuditDestination: {
    path: { audit_destination_id: number }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: Schemas['AuditDestinationReq']
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Delete a destination */
  deleteAuditDestination: {
    path: { audit_destination_id: number }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Send a test to a destination */
  testAuditDestination: {
    path: { audit_destination_id: number }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['AuditDestinationTest']
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** List purges of the audit log */
  getPurgeHistory: {
    path: Nothing
    query: { q?: string; sort?: string; page?: number; page_size?: number }
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['ExecHistory'][]
    parsedQuery: { q?: string; sort?: string; page: number; page_size: number }
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** One purge of the audit log */
  getPurgeJob: {
    path: { purge_id: number }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['ExecHistory']
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Stop a purge of the audit log */
  stopPurge: {
    path: { purge_id: number }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** What a purge tells of itself */
  getPurgeJobLog: {
    path: { purge_id: number }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: string
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** When the audit log is purged */
  getPurgeSchedule: {
    path: Nothing
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['ExecHistory']
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Purge the audit log now or by a schedule */
  createPurgeSchedule: {
    path: Nothing
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: Schemas['Schedule']
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Change when the audit log is purged */
  updatePurgeSchedule: {
    path: Nothing
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: Schemas['Schedule']
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** List what happened, in the older form */
  listAuditLogs: {
    path: Nothing
    query: { q?: string; sort?: string; page?: number; page_size?: number }
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['AuditLog'][]
    parsedQuery: { q?: string; sort?: string; page: number; page_size: number }
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** List what happened */
  listAuditLogExts: {
    path: Nothing
    query: { q?: string; sort?: string; page?: number; page_size?: number }
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['AuditLogExt'][]
    parsedQuery: { q?: string; sort?: string; page: number; page_size: number }
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** List the types of events */
  listAuditLogEventTypes: {
    path: Nothing
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['AuditLogEventType'][]
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** The signed end of the log */
  getAuditLogHead: {
    path: Nothing
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['AuditLogHead']
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Verify the log */
  verifyAuditLog: {
    path: Nothing
    query: { from?: number }
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['AuditLogVerification']
    parsedQuery: { from: number }
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Export what happened, as a whole */
  exportAuditLogExts: {
    path: Nothing
    query: { format?: "csv" | "jsonl"; q?: string }
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: string
    parsedQuery: { format: "csv" | "jsonl"; q?: string }
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Follow what happens */
  followAuditLogExts: {
    path: Nothing
    query: { q?: string; after?: number }
    headers: { "X-Request-Id"?: string; "Last-Event-ID"?: string }
    body: undefined
    data: string
    parsedQuery: { q?: string; after?: number }
    parsedHeaders: { "X-Request-Id"?: string; "Last-Event-ID"?: string }
  }
  /** Follow what happens in a project */
  followLogExts: {
    path: { project_name: string }
    query: { q?: string; after?: number }
    headers: { "X-Request-Id"?: string; "Last-Event-ID"?: string }
    body: undefined
    data: string
    parsedQuery: { q?: string; after?: number }
    parsedHeaders: { "X-Request-Id"?: string; "Last-Event-ID"?: string }
  }
  /** Export what happened in a project, as a whole */
  exportLogExts: {
    path: { project_name: string }
    query: { format?: "csv" | "jsonl"; q?: string }
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: string
    parsedQuery: { format: "csv" | "jsonl"; q?: string }
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** List what happened in a project, in the older form */
  getLogs: {
    path: { project_name: string }
    query: { q?: string; sort?: string; page?: number; page_size?: number }
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['AuditLog'][]
    parsedQuery: { q?: string; sort?: string; page: number; page_size: number }
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** List what happened in a project */
  getLogExts: {
    path: { project_name: string }
    query: { q?: string; sort?: string; page?: number; page_size?: number }
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['AuditLogExt'][]
    parsedQuery: { q?: string; sort?: string; page: number; page_size: number }
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** The product settings */
  getConfigurations: {
    path: Nothing
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['ConfigurationsResponse']
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Change product settings */
  updateConfigurations: {
    path: Nothing
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: Schemas['Configurations']
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Does the directory answer? */
  pingLdap: {
    path: Nothing
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: Schemas['LdapConf'] | undefined
    data: Schemas['LdapPingResult']
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Try settings of the directory step by step */
  checkLdap: {
    path: Nothing
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: Schemas['LdapCheckReq'] | undefined
    data: Schemas['LdapCheck']
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Find people in the directory */
  searchLdapUser: {
    path: Nothing
    query: { username?: string }
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['LdapUser'][]
    parsedQuery: { username?: string }
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Make accounts for people of the directory */
  importLdapUser: {
    path: Nothing
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: Schemas['LdapImportUsers']
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Find groups in the directory */
  searchLdapGroup: {
    path: Nothing
    query: { groupname?: string; groupdn?: string }
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['UserGroup'][]
    parsedQuery: { groupname?: string; groupdn?: string }
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Who is missing in the directory, among too many? */
  listHeldLdapUsers: {
    path: Nothing
    query: { page?: number; page_size?: number }
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['HeldLdapUser'][]
    parsedQuery: { page: number; page_size: number }
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** They are gone; end their access now */
  endHeldLdapUsers: {
    path: Nothing
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: Schemas['HeldLdapUsersReq']
    data: Schemas['HeldLdapUsersResult']
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** The directory is wrong; keep them */
  keepHeldLdapUsers: {
    path: Nothing
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: Schemas['HeldLdapUsersReq']
    data: Schemas['HeldLdapUsersResult']
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** List events that were not taken */
  listEventFailures: {
    path: Nothing
    query: { q?: string; sort?: string; page?: number; page_size?: number }
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['EventFailure'][]
    parsedQuery: { q?: string; sort?: string; page: number; page_size: number }
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Give an event up for good */
  discardEventFailure: {
    path: { event_failure_id: number }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Tell an event again now */
  retryEventFailure: {
    path: { event_failure_id: number }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** The state of every component */
  getHealth: {
    path: Nothing
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['OverallHealthStatus']
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** List the identity trusts of a project's robots */
  listIdentityTrusts: {
    path: { project_name_or_id: string }
    query: { q?: string; sort?: string; page?: number; page_size?: number }
    headers: { "X-Is-Resource-Name"?: boolean; "X-Request-Id"?: string }
    body: undefined
    data: Schemas['IdentityTrust'][]
    parsedQuery: { q?: string; sort?: string; page: number; page_size: number }
    parsedHeaders: { "X-Is-Resource-Name": boolean; "X-Request-Id"?: string }
  }
  /** Let jobs with tokens of an issuer act as a robot */
  createIdentityTrust: {
    path: { project_name_or_id: string }
    query: Nothing
    headers: { "X-Is-Resource-Name"?: boolean; "X-Request-Id"?: string }
    body: Schemas['IdentityTrustInput']
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Is-Resource-Name": boolean; "X-Request-Id"?: string }
  }
  /** One identity trust */
  getIdentityTrust: {
    path: { project_name_or_id: string; identity_trust_id: number }
    query: Nothing
    headers: { "X-Is-Resource-Name"?: boolean; "X-Request-Id"?: string }
    body: undefined
    data: Schemas['IdentityTrust']
    parsedQuery: Nothing
    parsedHeaders: { "X-Is-Resource-Name": boolean; "X-Request-Id"?: string }
  }
  /** Change an identity trust */
  updateIdentityTrust: {
    path: { project_name_or_id: string; identity_trust_id: number }
    query: Nothing
    headers: { "X-Is-Resource-Name"?: boolean; "X-Request-Id"?: string }
    body: Schemas['IdentityTrustInput']
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Is-Resource-Name": boolean; "X-Request-Id"?: string }
  }
  /** Delete an identity trust */
  deleteIdentityTrust: {
    path: { project_name_or_id: string; identity_trust_id: number }
    query: Nothing
    headers: { "X-Is-Resource-Name"?: boolean; "X-Request-Id"?: string }
    body: undefined
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Is-Resource-Name": boolean; "X-Request-Id"?: string }
  }
  /** List the identity trusts of the system's robots */
  listSystemIdentityTrusts: {
    path: Nothing
    query: { q?: string; sort?: string; page?: number; page_size?: number }
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['IdentityTrust'][]
    parsedQuery: { q?: string; sort?: string; page: number; page_size: number }
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Let jobs with tokens of an issuer act as a robot */
  createSystemIdentityTrust: {
    path: Nothing
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: Schemas['IdentityTrustInput']
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** One identity trust */
  getSystemIdentityTrust: {
    path: { identity_trust_id: number }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['IdentityTrust']
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Change an identity trust */
  updateSystemIdentityTrust: {
    path: { identity_trust_id: number }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: Schemas['IdentityTrustInput']
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Delete an identity trust */
  deleteSystemIdentityTrust: {
    path: { identity_trust_id: number }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** List the immutable tag rules of a project */
  ListImmuRules: {
    path: { project_name_or_id: string }
    query: { q?: string; sort?: string; page?: number; page_size?: number }
    headers: { "X-Is-Resource-Name"?: boolean; "X-Request-Id"?: string }
    body: undefined
    data: Schemas['ImmutableRule'][]
    parsedQuery: { q?: string; sort?: string; page: number; page_size: number }
    parsedHeaders: { "X-Is-Resource-Name": boolean; "X-Request-Id"?: string }
  }
  /** Add an immutable tag rule */
  CreateImmuRule: {
    path: { project_name_or_id: string }
    query: Nothing
    headers: { "X-Is-Resource-Name"?: boolean; "X-Request-Id"?: string }
    body: Schemas['ImmutableRule']
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Is-Resource-Name": boolean; "X-Request-Id"?: string }
  }
  /** Change an immutable tag rule, or switch it on or off */
  UpdateImmuRule: {
    path: { project_name_or_id: string; immutable_rule_id: number }
    query: Nothing
    headers: { "X-Is-Resource-Name"?: boolean; "X-Request-Id"?: string }
    body: Schemas['ImmutableRule']
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Is-Resource-Name": boolean; "X-Request-Id"?: string }
  }
  /** Delete an immutable tag rule */
  DeleteImmuRule: {
    path: { project_name_or_id: string; immutable_rule_id: number }
    query: Nothing
    headers: { "X-Is-Resource-Name"?: boolean; "X-Request-Id"?: string }
    body: undefined
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Is-Resource-Name": boolean; "X-Request-Id"?: string }
  }
  /** What an immutable tag rule would cover */
  previewImmuRule: {
    path: { project_name_or_id: string }
    query: Nothing
    headers: { "X-Is-Resource-Name"?: boolean; "X-Request-Id"?: string }
    body: Schemas['ImmutableRule']
    data: Schemas['ImmutableRulePreview']
    parsedQuery: Nothing
    parsedHeaders: { "X-Is-Resource-Name": boolean; "X-Request-Id"?: string }
  }
  /** List the queues of background work */
  listJobQueues: {
    path: Nothing
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['JobQueue'][]
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Pause a queue, resume it, or stop what waits in it */
  actionPendingJobs: {
    path: { job_type: string }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: Schemas['ActionRequest']
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** List the processes that do background work */
  getWorkerPools: {
    path: Nothing
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['WorkerPool'][]
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** List what is done now */
  getWorkers: {
    path: { pool_id: string }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['Worker'][]
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Stop a job */
  stopRunningJob: {
    path: { job_id: string }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** What a job tells of itself */
  actionGetJobLog: {
    path: { job_id: string }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: string
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** List labels */
  ListLabels: {
    path: Nothing
    query: { q?: string; sort?: string; page?: number; page_size?: number; name?: string; scope?: string; project_id?: number }
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['Label'][]
    parsedQuery: { q?: string; sort?: string; page: number; page_size: number; name?: string; scope?: string; project_id?: number }
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Create a label */
  CreateLabel: {
    path: Nothing
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: Schemas['Label']
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** One label */
  GetLabelByID: {
    path: { label_id: number }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['Label']
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Change a label */
  UpdateLabel: {
    path: { label_id: number }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: Schemas['Label']
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Delete a label */
  DeleteLabel: {
    path: { label_id: number }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Put a label on an artifact */
  addLabel: {
    path: { project_name: string; repository_name: string; reference: string }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: Schemas['Label']
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Take a label off an artifact */
  removeLabel: {
    path: { project_name: string; repository_name: string; reference: string; label_id: number }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** List the members of a project */
  listProjectMembers: {
    path: { project_name_or_id: string }
    query: { page?: number; page_size?: number; entityname?: string; username?: string }
    headers: { "X-Is-Resource-Name"?: boolean; "X-Request-Id"?: string }
    body: undefined
    data: Schemas['ProjectMemberEntity'][]
    parsedQuery: { page: number; page_size: number; entityname?: string; username?: string }
    parsedHeaders: { "X-Is-Resource-Name": boolean; "X-Request-Id"?: string }
  }
  /** Add a member */
  createProjectMember: {
    path: { project_name_or_id: string }
    query: Nothing
    headers: { "X-Is-Resource-Name"?: boolean; "X-Request-Id"?: string }
    body: Schemas['ProjectMember'] | undefined
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Is-Resource-Name": boolean; "X-Request-Id"?: string }
  }
  /** One membership */
  getProjectMember: {
    path: { project_name_or_id: string; mid: number }
    query: Nothing
    headers: { "X-Is-Resource-Name"?: boolean; "X-Request-Id"?: string }
    body: undefined
    data: Schemas['ProjectMemberEntity']
    parsedQuery: Nothing
    parsedHeaders: { "X-Is-Resource-Name": boolean; "X-Request-Id"?: string }
  }
  /** Change a member's role */
  updateProjectMember: {
    path: { project_name_or_id: string; mid: number }
    query: Nothing
    headers: { "X-Is-Resource-Name"?: boolean; "X-Request-Id"?: string }
    body: Schemas['RoleRequest'] | undefined
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Is-Resource-Name": boolean; "X-Request-Id"?: string }
  }
  /** Remove a member */
  deleteProjectMember: {
    path: { project_name_or_id: string; mid: number }
    query: Nothing
    headers: { "X-Is-Resource-Name"?: boolean; "X-Request-Id"?: string }
    body: undefined
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Is-Resource-Name": boolean; "X-Request-Id"?: string }
  }
  /** What should I know? */
  listMyNotices: {
    path: Nothing
    query: { unread?: boolean; page?: number; page_size?: number }
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['Notice'][]
    parsedQuery: { unread: boolean; page: number; page_size: number }
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** How much have I not read? */
  countMyUnreadNotices: {
    path: Nothing
    query: Nothing
    headers: { "X-Request-Id"?: string; "X-Harbor-No-Session-Renewal"?: boolean }
    body: undefined
    data: Schemas['UnreadNotices']
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string; "X-Harbor-No-Session-Renewal"?: boolean }
  }
  /** I have read them */
  markMyNoticesRead: {
    path: Nothing
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: Schemas['NoticesRead']
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** What do I follow? */
  getMyNoticePreferences: {
    path: Nothing
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['NoticePreferences']
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Follow something, or follow it no more */
  updateMyNoticePreferences: {
    path: Nothing
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: Schemas['NoticePreferencesReq']
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Send a mail with the settings as they are stored */
  sendTestMail: {
    path: Nothing
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: Schemas['TestMailReq']
    data: Schemas['TestMailResult']
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Try a provider's address */
  pingOIDC: {
    path: Nothing
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: Schemas['OIDCEndpoint']
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Set the secret for docker and other tools */
  setCliSecret: {
    path: { user_id: number }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: Schemas['OIDCCliSecretReq']
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Get a new secret for docker and other tools */
  createCliSecret: {
    path: Nothing
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['CliSecret']
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** This document */
  getOpenapi: {
    path: Nothing
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: { [name: string]: unknown }
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** List what can be granted */
  getPermissions: {
    path: Nothing
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['Permissions']
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Answers Pong */
  getPing: {
    path: Nothing
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: string
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** All settings of a project */
  listProjectMetadatas: {
    path: { project_name_or_id: string }
    query: Nothing
    headers: { "X-Is-Resource-Name"?: boolean; "X-Request-Id"?: string }
    body: undefined
    data: { [name: string]: string }
    parsedQuery: Nothing
    parsedHeaders: { "X-Is-Resource-Name": boolean; "X-Request-Id"?: string }
  }
  /** Add one setting */
  addProjectMetadatas: {
    path: { project_name_or_id: string }
    query: Nothing
    headers: { "X-Is-Resource-Name"?: boolean; "X-Request-Id"?: string }
    body: { [name: string]: string } | undefined
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Is-Resource-Name": boolean; "X-Request-Id"?: string }
  }
  /** One setting of a project */
  getProjectMetadata: {
    path: { project_name_or_id: string; meta_name: string }
    query: Nothing
    headers: { "X-Is-Resource-Name"?: boolean; "X-Request-Id"?: string }
    body: undefined
    data: { [name: string]: string }
    parsedQuery: Nothing
    parsedHeaders: { "X-Is-Resource-Name": boolean; "X-Request-Id"?: string }
  }
  /** Change one setting */
  updateProjectMetadata: {
    path: { project_name_or_id: string; meta_name: string }
    query: Nothing
    headers: { "X-Is-Resource-Name"?: boolean; "X-Request-Id"?: string }
    body: { [name: string]: string } | undefined
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Is-Resource-Name": boolean; "X-Request-Id"?: string }
  }
  /** Remove one setting */
  deleteProjectMetadata: {
    path: { project_name_or_id: string; meta_name: string }
    query: Nothing
    headers: { "X-Is-Resource-Name"?: boolean; "X-Request-Id"?: string }
    body: undefined
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Is-Resource-Name": boolean; "X-Request-Id"?: string }
  }
  /** List the projects */
  listProjects: {
    path: Nothing
    query: { q?: string; sort?: string; page?: number; page_size?: number; name?: string; public?: boolean; owner?: string; with_detail?: boolean }
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['Project'][]
    parsedQuery: { q?: string; sort?: string; page: number; page_size: number; name?: string; public?: boolean; owner?: string; with_detail: boolean }
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Is a project name taken? */
  headProject: {
    path: Nothing
    query: { project_name: string }
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: undefined
    parsedQuery: { project_name: string }
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Create a project */
  createProject: {
    path: Nothing
    query: Nothing
    headers: { "X-Request-Id"?: string; "X-Resource-Name-In-Location"?: boolean }
    body: Schemas['ProjectReq']
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string; "X-Resource-Name-In-Location": boolean }
  }
  /** One project */
  getProject: {
    path: { project_name_or_id: string }
    query: Nothing
    headers: { "X-Is-Resource-Name"?: boolean; "X-Request-Id"?: string }
    body: undefined
    data: Schemas['Project']
    parsedQuery: Nothing
    parsedHeaders: { "X-Is-Resource-Name": boolean; "X-Request-Id"?: string }
  }
  /** Change a project's settings */
  updateProject: {
    path: { project_name_or_id: string }
    query: Nothing
    headers: { "X-Is-Resource-Name"?: boolean; "X-Request-Id"?: string }
    body: Schemas['ProjectReq']
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Is-Resource-Name": boolean; "X-Request-Id"?: string }
  }
  /** Delete an empty project */
  deleteProject: {
    path: { project_name_or_id: string }
    query: Nothing
    headers: { "X-Is-Resource-Name"?: boolean; "X-Request-Id"?: string }
    body: undefined
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Is-Resource-Name": boolean; "X-Request-Id"?: string }
  }
  /** Could this project be deleted now? */
  getProjectDeletable: {
    path: { project_name_or_id: string }
    query: Nothing
    headers: { "X-Is-Resource-Name"?: boolean; "X-Request-Id"?: string }
    body: undefined
    data: Schemas['ProjectDeletable']
    parsedQuery: Nothing
    parsedHeaders: { "X-Is-Resource-Name": boolean; "X-Request-Id"?: string }
  }
  /** Counts of one project */
  getProjectSummary: {
    path: { project_name_or_id: string }
    query: Nothing
    headers: { "X-Is-Resource-Name"?: boolean; "X-Request-Id"?: string }
    body: undefined
    data: Schemas['ProjectSummary']
    parsedQuery: Nothing
    parsedHeaders: { "X-Is-Resource-Name": boolean; "X-Request-Id"?: string }
  }
  /** List all artifacts of a project */
  listArtifactsOfProject: {
    path: { project_name_or_id: string }
    query: { q?: string; sort?: string; page?: number; page_size?: number; with_tag?: boolean; with_label?: boolean; with_scan_overview?: boolean; with_sbom_overview?: boolean; with_immutable_status?: boolean; with_accessory?: boolean; with_inherited_accessory?: boolean; latest_in_repository?: boolean }
    headers: { "X-Is-Resource-Name"?: boolean; "X-Request-Id"?: string; "X-Accept-Vulnerabilities"?: string }
    body: undefined
    data: Schemas['Artifact'][]
    parsedQuery: { q?: string; sort?: string; page: number; page_size: number; with_tag: boolean; with_label: boolean; with_scan_overview: boolean; with_sbom_overview: boolean; with_immutable_status: boolean; with_accessory: boolean; with_inherited_accessory: boolean; latest_in_repository: boolean }
    parsedHeaders: { "X-Is-Resource-Name": boolean; "X-Request-Id"?: string; "X-Accept-Vulnerabilities": string }
  }
  /** List the quotas of all projects */
  listQuotas: {
    path: Nothing
    query: { page?: number; page_size?: number; reference?: string; reference_id?: string; sort?: string }
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['Quota'][]
    parsedQuery: { page: number; page_size: number; reference?: string; reference_id?: string; sort?: string }
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** One quota */
  getQuota: {
    path: { id: number }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['Quota']
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Change the limit of a quota */
  updateQuota: {
    path: { id: number }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: Schemas['QuotaUpdateReq']
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Count what a project uses again */
  recalculateQuota: {
    path: { id: number }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['QuotaRecalculation']
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** What takes the space of a project */
  getProjectStorage: {
    path: { project_name_or_id: string }
    query: { page?: number; page_size?: number }
    headers: { "X-Is-Resource-Name"?: boolean; "X-Request-Id"?: string }
    body: undefined
    data: Schemas['ProjectStorage']
    parsedQuery: { page: number; page_size: number }
    parsedHeaders: { "X-Is-Resource-Name": boolean; "X-Request-Id"?: string }
  }
  /** Kinds of registries that Berth can speak to */
  listRegistryProviderTypes: {
    path: Nothing
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: string[]
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Where registries of a kind are, and how one signs in there */
  listRegistryProviderInfos: {
    path: Nothing
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: { [name: string]: Schemas['RegistryProviderInfo'] }
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** List registries that images come from or go to */
  listRegistries: {
    path: Nothing
    query: { q?: string; sort?: string; page?: number; page_size?: number; name?: string }
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['Registry'][]
    parsedQuery: { q?: string; sort?: string; page: number; page_size: number; name?: string }
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Add a registry */
  createRegistry: {
    path: Nothing
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: Schemas['Registry']
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Ask a registry whether it answers and lets Berth in */
  pingRegistry: {
    path: Nothing
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: Schemas['RegistryPing']
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** One registry */
  getRegistry: {
    path: { id: number }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['Registry']
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Change a registry */
  updateRegistry: {
    path: { id: number }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: Schemas['RegistryUpdate']
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Remove a registry */
  deleteRegistry: {
    path: { id: number }
    query: { with_policies?: boolean }
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: undefined
    parsedQuery: { with_policies: boolean }
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** What a replication policy can ask of a registry */
  getRegistryInfo: {
    path: { id: number }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['RegistryInfo']
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** List what the registry told of */
  listRegistryEvents: {
    path: Nothing
    query: { q?: string; sort?: string; page?: number; page_size?: number }
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['RegistryEvent'][]
    parsedQuery: { q?: string; sort?: string; page: number; page_size: number }
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Try an event again now */
  retryRegistryEvent: {
    path: { event_id: number }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** List walks over the registry */
  listRegistryWalks: {
    path: Nothing
    query: { q?: string; sort?: string; page?: number; page_size?: number }
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['RegistryWalk'][]
    parsedQuery: { q?: string; sort?: string; page: number; page_size: number }
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Start a walk over the registry */
  startRegistryWalk: {
    path: Nothing
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: Schemas['RegistryWalkReq']
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** How far a walk has come */
  getRegistryWalk: {
    path: { walk_id: number }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['RegistryWalk']
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Stop a walk */
  stopRegistryWalk: {
    path: { walk_id: number }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Let a stopped or failed walk go on */
  resumeRegistryWalk: {
    path: { walk_id: number }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** What a walk has found */
  listRegistryFindings: {
    path: { walk_id: number }
    query: { q?: string; sort?: string; page?: number; page_size?: number }
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['RegistryFinding'][]
    parsedQuery: { q?: string; sort?: string; page: number; page_size: number }
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** What an adoption puts into which project */
  listRegistryProposals: {
    path: { walk_id: number }
    query: { page?: number; page_size?: number }
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['RegistryProposal'][]
    parsedQuery: { page: number; page_size: number }
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Try again what failed or was stopped */
  retryReplication: {
    path: { id: number }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['ReplicationRetry']
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Try one task of a replication again */
  retryReplicationTask: {
    path: { id: number; task_id: number }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['ReplicationRetry']
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** List what did not arrive */
  listReplicationMissing: {
    path: { id: number }
    query: { page?: number; page_size?: number }
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['ReplicationMissing'][]
    parsedQuery: { page: number; page_size: number }
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** What a replication policy would do */
  previewReplicationPolicy: {
    path: Nothing
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: Schemas['ReplicationPolicy']
    data: Schemas['ReplicationPreview']
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Who replicates to whom */
  getReplicationMap: {
    path: Nothing
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['ReplicationMap']
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** List the rules by which images go to other registries or come from them */
  listReplicationPolicies: {
    path: Nothing
    query: { q?: string; sort?: string; page?: number; page_size?: number; name?: string; with_last_execution?: boolean }
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['ReplicationPolicy'][]
    parsedQuery: { q?: string; sort?: string; page: number; page_size: number; name?: string; with_last_execution?: boolean }
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Add a replication policy */
  createReplicationPolicy: {
    path: Nothing
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: Schemas['ReplicationPolicy']
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** One replication policy */
  getReplicationPolicy: {
    path: { id: number }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['ReplicationPolicy']
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Replace a replication policy */
  updateReplicationPolicy: {
    path: { id: number }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: Schemas['ReplicationPolicy']
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Remove a replication policy */
  deleteReplicationPolicy: {
    path: { id: number }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** List replications that ran or run */
  listReplicationExecutions: {
    path: Nothing
    query: { sort?: string; page?: number; page_size?: number; policy_id?: number; status?: string; trigger?: string }
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['ReplicationExecution'][]
    parsedQuery: { sort?: string; page: number; page_size: number; policy_id?: number; status?: string; trigger?: string }
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Start a replication */
  startReplication: {
    path: Nothing
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: Schemas['StartReplicationExecution']
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** One replication */
  getReplicationExecution: {
    path: { id: number }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['ReplicationExecution']
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Stop a replication */
  stopReplication: {
    path: { id: number }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** List the tasks of a replication */
  listReplicationTasks: {
    path: { id: number }
    query: { sort?: string; page?: number; page_size?: number; status?: string; resource_type?: string }
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['ReplicationTask'][]
    parsedQuery: { sort?: string; page: number; page_size: number; status?: string; resource_type?: string }
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** What a task of a replication tells of itself */
  getReplicationLog: {
    path: { id: number; task_id: number }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: string
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** List repositories of all projects */
  listAllRepositories: {
    path: Nothing
    query: { q?: string; sort?: string; page?: number; page_size?: number }
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['Repository'][]
    parsedQuery: { q?: string; sort?: string; page: number; page_size: number }
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** List the repositories of a project */
  listRepositories: {
    path: { project_name: string }
    query: { q?: string; sort?: string; page?: number; page_size?: number; within?: string }
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['Repository'][]
    parsedQuery: { q?: string; sort?: string; page: number; page_size: number; within?: string }
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** One repository */
  getRepository: {
    path: { project_name: string; repository_name: string }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['Repository']
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Change the description of a repository */
  updateRepository: {
    path: { project_name: string; repository_name: string }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: Schemas['RepositoryReq']
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Delete a repository and all its artifacts */
  deleteRepository: {
    path: { project_name: string; repository_name: string }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** List robots */
  ListRobot: {
    path: Nothing
    query: { q?: string; sort?: string; page?: number; page_size?: number }
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['Robot'][]
    parsedQuery: { q?: string; sort?: string; page: number; page_size: number }
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Create a robot */
  CreateRobot: {
    path: Nothing
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: Schemas['RobotCreate']
    data: Schemas['RobotCreated']
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** One robot */
  GetRobotByID: {
    path: { robot_id: number }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['Robot']
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Change a robot */
  UpdateRobot: {
    path: { robot_id: number }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: Schemas['Robot']
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Give a robot a new secret */
  RefreshSec: {
    path: { robot_id: number }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: Schemas['RobotSec']
    data: Schemas['RobotSec']
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Delete a robot */
  DeleteRobot: {
    path: { robot_id: number }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** List everything that starts by itself */
  listSchedules: {
    path: Nothing
    query: { page?: number; page_size?: number }
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['ScheduleTask'][]
    parsedQuery: { page: number; page_size: number }
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Whether schedules are paused */
  getSchedulePaused: {
    path: { job_type: string }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['SchedulerStatus']
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Find projects and repositories */
  search: {
    path: Nothing
    query: { q: string }
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['Search']
    parsedQuery: { q: string }
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Find projects, repositories, tags, digests, labels and annotations */
  searchEverything: {
    path: Nothing
    query: { q: string; kind?: "project" | "repository" | "tag" | "digest" | "label" | "annotation"; page_size?: number; cursor?: string }
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['SearchGroups']
    parsedQuery: { q: string; kind?: "project" | "repository" | "tag" | "digest" | "label" | "annotation"; page_size: number; cursor?: string }
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Have I a second factor? */
  getMySecondFactor: {
    path: Nothing
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['SecondFactor']
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Begin to set one up */
  beginMySecondFactor: {
    path: Nothing
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: Schemas['SecondFactorBegin']
    data: Schemas['SecondFactorSetup']
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Switch it on with a code */
  confirmMySecondFactor: {
    path: Nothing
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: Schemas['SecondFactorConfirm']
    data: Schemas['RecoveryCodes']
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** New recovery codes */
  renewMyRecoveryCodes: {
    path: Nothing
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: Schemas['SecondFactorProof']
    data: Schemas['RecoveryCodes']
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Switch it off */
  disableMySecondFactor: {
    path: Nothing
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: Schemas['SecondFactorProof']
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Has a person a second factor? */
  getSecondFactor: {
    path: { user_id: number }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['SecondFactor']
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Take a person's second factor off */
  resetSecondFactor: {
    path: { user_id: number }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Where am I signed in? */
  listMySessions: {
    path: Nothing
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['Session'][]
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Sign out everywhere */
  deleteMySessions: {
    path: Nothing
    query: { keep_current?: boolean }
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: undefined
    parsedQuery: { keep_current: boolean }
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Sign out somewhere */
  deleteMySession: {
    path: { session_id: string }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Where is a person signed in? */
  listSessions: {
    path: { user_id: number }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['Session'][]
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Sign a person out everywhere */
  deleteSessions: {
    path: { user_id: number }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Sign a person out somewhere */
  deleteSession: {
    path: { user_id: number; session_id: string }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Count projects and repositories */
  getStatistic: {
    path: Nothing
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['Statistic']
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Pulls and pushes per day */
  getActivity: {
    path: Nothing
    query: { from?: string; to?: string }
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['Activity']
    parsedQuery: { from?: string; to?: string }
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** The repositories that are used most */
  listMostUsed: {
    path: Nothing
    query: { by?: "pulls" | "pushes"; window?: string; limit?: number }
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['RepositoryUse'][]
    parsedQuery: { by: "pulls" | "pushes"; window: string; limit: number }
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Bytes in use per day */
  getStorageHistory: {
    path: Nothing
    query: { from?: string; to?: string }
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['StorageHistory']
    parsedQuery: { from?: string; to?: string }
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Pulls, pushes and storage of a project per day */
  getProjectActivity: {
    path: { project_name: string }
    query: { from?: string; to?: string }
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['Activity']
    parsedQuery: { from?: string; to?: string }
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** The repositories of a project that are used most */
  listMostUsedOfProject: {
    path: { project_name: string }
    query: { by?: "pulls" | "pushes"; window?: string; limit?: number }
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['RepositoryUse'][]
    parsedQuery: { by: "pulls" | "pushes"; window: string; limit: number }
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Pulls, pushes and storage of a repository per day */
  getRepositoryActivity: {
    path: { project_name: string; repository_name: string }
    query: { from?: string; to?: string; tag?: string }
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['Activity']
    parsedQuery: { from?: string; to?: string; tag?: string }
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** The tags of a repository that are used most */
  listMostUsedTags: {
    path: { project_name: string; repository_name: string }
    query: { by?: "pulls" | "pushes"; window?: string; limit?: number }
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['TagUse'][]
    parsedQuery: { by: "pulls" | "pushes"; window: string; limit: number }
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Version, addresses and modes */
  getSystemInfo: {
    path: Nothing
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['GeneralInfo']
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** List the tags of an artifact */
  listTags: {
    path: { project_name: string; repository_name: string; reference: string }
    query: { q?: string; sort?: string; page?: number; page_size?: number; with_immutable_status?: boolean }
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['Tag'][]
    parsedQuery: { q?: string; sort?: string; page: number; page_size: number; with_immutable_status: boolean }
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Put a tag on an artifact */
  createTag: {
    path: { project_name: string; repository_name: string; reference: string }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: Schemas['NewTag']
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Take a tag off an artifact */
  deleteTag: {
    path: { project_name: string; repository_name: string; reference: string; tag_name: string }
    query: Nothing
    headers: { "X-Request-Id"?: string; "Berth-Seen"?: string }
    body: undefined
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string; "Berth-Seen"?: string }
  }
  /** List groups */
  listUserGroups: {
    path: Nothing
    query: { page?: number; page_size?: number; ldap_group_dn?: string; group_name?: string }
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['UserGroup'][]
    parsedQuery: { page: number; page_size: number; ldap_group_dn?: string; group_name?: string }
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Make a group known */
  createUserGroup: {
    path: Nothing
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: Schemas['UserGroup'] | undefined
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Find groups by name */
  searchUserGroups: {
    path: Nothing
    query: { page?: number; page_size?: number; groupname: string }
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['UserGroupSearchItem'][]
    parsedQuery: { page: number; page_size: number; groupname: string }
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** One group */
  getUserGroup: {
    path: { group_id: number }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['UserGroup']
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Rename a group of a directory */
  updateUserGroup: {
    path: { group_id: number }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: Schemas['UserGroup'] | undefined
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Forget a group */
  deleteUserGroup: {
    path: { group_id: number }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** List people */
  listUsers: {
    path: Nothing
    query: { q?: string; sort?: string; page?: number; page_size?: number }
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['UserResp'][]
    parsedQuery: { q?: string; sort?: string; page: number; page_size: number }
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Create an account */
  createUser: {
    path: Nothing
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: Schemas['UserCreationReq']
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Who am I? */
  getCurrentUserInfo: {
    path: Nothing
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['UserResp']
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** What may I do? */
  getCurrentUserPermissions: {
    path: Nothing
    query: { scope?: string; relative?: boolean }
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['Permission'][]
    parsedQuery: { scope?: string; relative?: boolean }
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Find people by name */
  searchUsers: {
    path: Nothing
    query: { page?: number; page_size?: number; username: string }
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['UserSearchRespItem'][]
    parsedQuery: { page: number; page_size: number; username: string }
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** One person */
  getUser: {
    path: { user_id: number }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: Schemas['UserResp']
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Change name, mail and comment */
  updateUserProfile: {
    path: { user_id: number }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: Schemas['UserProfile']
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Delete an account */
  deleteUser: {
    path: { user_id: number }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: undefined
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Make or unmake an administrator */
  setUserSysAdmin: {
    path: { user_id: number }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: Schemas['UserSysAdminFlag']
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Disable or enable an account */
  setUserDisabled: {
    path: { user_id: number }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: Schemas['UserDisabledFlag']
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** Set a password */
  updateUserPassword: {
    path: { user_id: number }
    query: Nothing
    headers: { "X-Request-Id"?: string }
    body: Schemas['PasswordReq']
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Request-Id"?: string }
  }
  /** List the webhooks of a project */
  ListWebhookPoliciesOfProject: {
    path: { project_name_or_id: string }
    query: { q?: string; sort?: string; page?: number; page_size?: number }
    headers: { "X-Is-Resource-Name"?: boolean; "X-Request-Id"?: string }
    body: undefined
    data: Schemas['WebhookPolicy'][]
    parsedQuery: { q?: string; sort?: string; page: number; page_size: number }
    parsedHeaders: { "X-Is-Resource-Name": boolean; "X-Request-Id"?: string }
  }
  /** Add a webhook */
  CreateWebhookPolicyOfProject: {
    path: { project_name_or_id: string }
    query: Nothing
    headers: { "X-Is-Resource-Name"?: boolean; "X-Request-Id"?: string }
    body: Schemas['WebhookPolicy']
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Is-Resource-Name": boolean; "X-Request-Id"?: string }
  }
  /** One webhook */
  GetWebhookPolicyOfProject: {
    path: { project_name_or_id: string; webhook_policy_id: number }
    query: Nothing
    headers: { "X-Is-Resource-Name"?: boolean; "X-Request-Id"?: string }
    body: undefined
    data: Schemas['WebhookPolicy']
    parsedQuery: Nothing
    parsedHeaders: { "X-Is-Resource-Name": boolean; "X-Request-Id"?: string }
  }
  /** Change a webhook, or switch it on or off */
  UpdateWebhookPolicyOfProject: {
    path: { project_name_or_id: string; webhook_policy_id: number }
    query: Nothing
    headers: { "X-Is-Resource-Name"?: boolean; "X-Request-Id"?: string }
    body: Schemas['WebhookPolicy']
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Is-Resource-Name": boolean; "X-Request-Id"?: string }
  }
  /** Delete a webhook and what it delivered */
  DeleteWebhookPolicyOfProject: {
    path: { project_name_or_id: string; webhook_policy_id: number }
    query: Nothing
    headers: { "X-Is-Resource-Name"?: boolean; "X-Request-Id"?: string }
    body: undefined
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Is-Resource-Name": boolean; "X-Request-Id"?: string }
  }
  /** What a webhook was told to deliver */
  ListExecutionsOfWebhookPolicy: {
    path: { project_name_or_id: string; webhook_policy_id: number }
    query: { q?: string; sort?: string; page?: number; page_size?: number }
    headers: { "X-Is-Resource-Name"?: boolean; "X-Request-Id"?: string }
    body: undefined
    data: Schemas['Execution'][]
    parsedQuery: { q?: string; sort?: string; page: number; page_size: number }
    parsedHeaders: { "X-Is-Resource-Name": boolean; "X-Request-Id"?: string }
  }
  /** The tasks of an execution */
  ListTasksOfWebhookExecution: {
    path: { project_name_or_id: string; webhook_policy_id: number; execution_id: number }
    query: { q?: string; sort?: string; page?: number; page_size?: number }
    headers: { "X-Is-Resource-Name"?: boolean; "X-Request-Id"?: string }
    body: undefined
    data: Schemas['Task'][]
    parsedQuery: { q?: string; sort?: string; page: number; page_size: number }
    parsedHeaders: { "X-Is-Resource-Name": boolean; "X-Request-Id"?: string }
  }
  /** What a task tells of its attempts */
  GetLogsOfWebhookTask: {
    path: { project_name_or_id: string; webhook_policy_id: number; execution_id: number; task_id: number }
    query: Nothing
    headers: { "X-Is-Resource-Name"?: boolean; "X-Request-Id"?: string }
    body: undefined
    data: string
    parsedQuery: Nothing
    parsedHeaders: { "X-Is-Resource-Name": boolean; "X-Request-Id"?: string }
  }
  /** When each webhook last told of what */
  LastTrigger: {
    path: { project_name_or_id: string }
    query: Nothing
    headers: { "X-Is-Resource-Name"?: boolean; "X-Request-Id"?: string }
    body: undefined
    data: Schemas['WebhookLastTrigger'][]
    parsedQuery: Nothing
    parsedHeaders: { "X-Is-Resource-Name": boolean; "X-Request-Id"?: string }
  }
  /** What a webhook was told to deliver, in an older form */
  ListWebhookJobs: {
    path: { project_name_or_id: string }
    query: { q?: string; sort?: string; page?: number; page_size?: number; policy_id: number; status?: string[] }
    headers: { "X-Is-Resource-Name"?: boolean; "X-Request-Id"?: string }
    body: undefined
    data: Schemas['WebhookJob'][]
    parsedQuery: { q?: string; sort?: string; page: number; page_size: number; policy_id: number; status?: string[] }
    parsedHeaders: { "X-Is-Resource-Name": boolean; "X-Request-Id"?: string }
  }
  /** What webhooks can tell of, and how */
  GetSupportedEventTypes: {
    path: { project_name_or_id: string }
    query: Nothing
    headers: { "X-Is-Resource-Name"?: boolean; "X-Request-Id"?: string }
    body: undefined
    data: Schemas['SupportedWebhookEventTypes']
    parsedQuery: Nothing
    parsedHeaders: { "X-Is-Resource-Name": boolean; "X-Request-Id"?: string }
  }
  /** Send a test to a target, and see its answer */
  testWebhookPolicy: {
    path: { project_name_or_id: string; webhook_policy_id: number }
    query: Nothing
    headers: { "X-Is-Resource-Name"?: boolean; "X-Request-Id"?: string }
    body: Schemas['WebhookTest'] | undefined
    data: Schemas['WebhookAnswer']
    parsedQuery: Nothing
    parsedHeaders: { "X-Is-Resource-Name": boolean; "X-Request-Id"?: string }
  }
  /** Make a new secret to sign deliveries with */
  rotateWebhookSecret: {
    path: { project_name_or_id: string; webhook_policy_id: number }
    query: Nothing
    headers: { "X-Is-Resource-Name"?: boolean; "X-Request-Id"?: string }
    body: Schemas['WebhookSecretRotation'] | undefined
    data: Schemas['WebhookSecret']
    parsedQuery: Nothing
    parsedHeaders: { "X-Is-Resource-Name": boolean; "X-Request-Id"?: string }
  }
  /** Sign deliveries no more */
  deleteWebhookSecret: {
    path: { project_name_or_id: string; webhook_policy_id: number }
    query: Nothing
    headers: { "X-Is-Resource-Name"?: boolean; "X-Request-Id"?: string }
    body: undefined
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Is-Resource-Name": boolean; "X-Request-Id"?: string }
  }
  /** What a webhook delivers, and what became of it */
  listWebhookDeliveries: {
    path: { project_name_or_id: string; webhook_policy_id: number }
    query: { q?: string; sort?: string; page?: number; page_size?: number }
    headers: { "X-Is-Resource-Name"?: boolean; "X-Request-Id"?: string }
    body: undefined
    data: Schemas['WebhookDelivery'][]
    parsedQuery: { q?: string; sort?: string; page: number; page_size: number }
    parsedHeaders: { "X-Is-Resource-Name": boolean; "X-Request-Id"?: string }
  }
  /** One delivery with its body */
  getWebhookDelivery: {
    path: { project_name_or_id: string; webhook_policy_id: number; delivery_id: number }
    query: Nothing
    headers: { "X-Is-Resource-Name"?: boolean; "X-Request-Id"?: string }
    body: undefined
    data: Schemas['WebhookDelivery']
    parsedQuery: Nothing
    parsedHeaders: { "X-Is-Resource-Name": boolean; "X-Request-Id"?: string }
  }
  /** Deliver once more */
  redeliverWebhook: {
    path: { project_name_or_id: string; webhook_policy_id: number; delivery_id: number }
    query: Nothing
    headers: { "X-Is-Resource-Name"?: boolean; "X-Request-Id"?: string }
    body: undefined
    data: undefined
    parsedQuery: Nothing
    parsedHeaders: { "X-Is-Resource-Name": boolean; "X-Request-Id"?: string }
  }
  /** Deliver everything once more that was given up */
  redeliverDeadWebhooks: {
    path: { project_name_or_id: string; webhook_policy_id: number }
    query: Nothing
    headers: { "X-Is-Resource-Name"?: boolean; "X-Request-Id"?: string }
    body: undefined
    data: Schemas['WebhookRedelivery']
    parsedQuery: Nothing
    parsedHeaders: { "X-Is-Resource-Name": boolean; "X-Request-Id"?: string }
  }
}
