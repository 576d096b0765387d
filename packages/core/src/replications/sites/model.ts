import type {
  BlobSource,
  Digest,
  FetchedManifest,
  ListPosition,
  ManifestInfo,
  RepositoryName,
  Tag,
  UploadSession,
} from '@berth/registry-client'

/** A tag of a repository with what its registry tells of it in a list. */
export interface TagFact {
  tag: Tag
  /** Undefined where lists name tags only: `head` tells. */
  digest?: Digest
  pushedAt?: Date
  labels?: string[]
  /** Of the artifact, where the list tells. */
  sizeBytes?: number
  /** What is attached to the artifact, and to what belongs to it, where the list tells. */
  attached?: readonly Attachment[]
}

/** That one manifest is attached to another. */
export interface Attachment {
  subject: Digest
  digest: Digest
}

/** A manifest that belongs to another one: a signature, an SBOM, an attestation. */
export interface Attached {
  digest: Digest
  /** Tags that say so themselves (`sha256-<hex>.sig`); none where the manifest names its subject. */
  tags: Tag[]
}

export interface Asked {
  signal?: AbortSignal
}

/** A label that an artifact has. */
export interface SiteLabel {
  name: string
  description: string
  /** `#rrggbb`, or empty. */
  color: string
  /** For all projects; else one of the artifact's own project. */
  isGlobal: boolean
}

/** Labels of artifacts, where a site knows them. */
export interface SiteLabels {
  /** None for an artifact that is not there. */
  of(repository: RepositoryName, digest: Digest, options?: Asked): Promise<SiteLabel[]>
  /** Puts the label with this name on an artifact, and makes it where there is none. What is there stays as it is. */
  add(repository: RepositoryName, digest: Digest, label: SiteLabel, options?: Asked): Promise<void>
}

export interface BlobUpload extends Asked {
  /** Sends parts of this size; undefined: all in one request. */
  chunkBytes?: number
  /** Leave what was begun open when it is aborted or what failed may pass; true unless said. */
  keepUnfinished?: boolean
  /** Opened by a mount that linked nothing. */
  session?: UploadSession
  /** Begun by somebody who did not finish. */
  resume?: UploadSession
  /** After each part that was confirmed; waited for. */
  onSession?: (session: UploadSession, confirmedBytes: number) => void | Promise<void>
}

export interface Removing extends Asked {
  /** A tag goes only while it is on this one, as far as the registry can tell. */
  digest?: Digest
  /** Instance ids of the Berths that have deleted it, or hear of it from whoever did. */
  seen?: readonly string[]
}

export interface PutManifest extends Asked {
  /** Instance ids of the Berths that have this manifest or get it from where it comes from. */
  seen?: readonly string[]
  /** It is put by digest, and tags will be put on it at once. */
  tagsFollow?: boolean
  /** Of its config, checked against the digest, where they passed by. */
  config?: Uint8Array
}

/**
 * One side of a replication: this Berth, or another registry. All throw the kinds of RegistryError; this Berth's also
 * DomainErrors of what a project refuses. An aborted call throws the signal's reason.
 */
export interface Site {
  /** Id of the registry; 0 is this Berth. */
  readonly key: number
  /** Tags of an artifact, where the site can tell them without a look at each; it then also knows what it needs. */
  readonly tagsOn?: (repository: RepositoryName, digest: Digest, options?: Asked) => Promise<Tag[]>
  readonly labels?: SiteLabels
  /** It looks into configs, and need not read back those whose bytes it is given with their manifests. */
  readonly wantsConfigs?: boolean
  /** Waits until so many bytes may pass, where the registry has a bandwidth. */
  readonly pass?: (bytes: number, signal: AbortSignal | undefined) => Promise<void>
  /**
   * Names in pages; a registry without a catalog throws UNSUPPORTED or what it answered. `onInvalid` is given what can be no
   * name of a repository, and is left out. `namespaces`: of no others is anything wanted; some registries can be asked for these alone, and some only so.
   * `at`: a list that broke off goes on there, where the registry's lists can.
   */
  repositories(
    options?: Asked & {
      onInvalid?: (name: string) => void
      namespaces?: readonly string[] | undefined
      at?: ListPosition
    },
  ): AsyncIterable<RepositoryName[]>
  /** Empty for a repository that does not exist. `onInvalid` is given what can be no tag, and is left out. */
  tags(
    repository: RepositoryName,
    options?: Asked & { onInvalid?: ((tag: string) => void) | undefined },
  ): Promise<TagFact[]>
  head(
    repository: RepositoryName,
    reference: Tag | Digest,
    options?: Asked,
  ): Promise<ManifestInfo | undefined>
  manifest(repository: RepositoryName, reference: Tag | Digest, options?: Asked): Promise<FetchedManifest>
  /** What is attached to a manifest, directly. `tags`: the repository's, where they are known already. */
  attached(
    repository: RepositoryName,
    digest: Digest,
    options?: Asked & { tags?: ReadonlySet<string> },
  ): Promise<Attached[]>
  /**
   * What names a manifest as its subject, by one request: for sites whose lists do not tell what is attached.
   * `tags`: the repository's.
   */
  readonly referrers?: (
    repository: RepositoryName,
    digest: Digest,
    options: Asked & { tags: ReadonlySet<string> },
  ) => Promise<Digest[]>
  /** Known by now: `referrers` finds only lists that clients keep under tags. */
  readonly lacksReferrersApi?: () => boolean
  /** `isSmall`: sent once more it costs less than to be sure that it is missing. */
  hasBlob(
    repository: RepositoryName,
    digest: Digest,
    options?: Asked & { isSmall?: boolean },
  ): Promise<boolean>
  /** Bytes from an offset on. Breaks are taken up where they happened; the content is not checked. */
  openBlob(
    repository: RepositoryName,
    digest: Digest,
    offsetBytes: number,
    options?: Asked,
  ): Promise<AsyncIterable<Uint8Array>>
  /** Another repository from which a blob can be mounted; undefined where the site cannot say. */
  placeOf(repository: RepositoryName, digest: Digest): Promise<RepositoryName | undefined>
  /** True, or an upload that the site opened instead, if any. */
  mount(
    repository: RepositoryName,
    digest: Digest,
    from: RepositoryName,
    options?: Asked,
  ): Promise<true | UploadSession | undefined>
  /** Drops an upload that `mount` opened and nobody wants, as well as it can. */
  abandon(repository: RepositoryName, session: UploadSession): Promise<void>
  /** Gives where `resume` went on. */
  upload(
    repository: RepositoryName,
    digest: Digest,
    source: BlobSource,
    options?: BlobUpload,
  ): Promise<{ resumedFromBytes: number }>
  /** `linked`: the registry itself knows what the manifest is attached to. */
  put(
    repository: RepositoryName,
    reference: Tag | Digest,
    manifest: FetchedManifest,
    options?: PutManifest,
  ): Promise<{ linked: boolean }>
  deleteTag(repository: RepositoryName, tag: Tag, options?: Removing): Promise<void>
  /** `tags`: it goes only while it has no others, where the site can see to that; else it answers PRECONDITION. */
  deleteManifest(
    repository: RepositoryName,
    digest: Digest,
    options?: Omit<Removing, 'digest'> & { tags?: readonly Tag[] },
  ): Promise<void>
  /** Makes the project of a repository where projects must exist first. */
  prepare(repository: RepositoryName, facts: { public: boolean }, options?: Asked): Promise<void>
}
