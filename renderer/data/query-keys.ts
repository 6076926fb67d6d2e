/** The nouns that server data is cached under. A live event makes whole nouns stale; ids only narrow what is read. */
export const QUERY_ROOTS = [
  "home",
  "system",
  "applications",
  "releases",
  "deltas",
  "uploads",
  "fleets",
  "tokens",
  "subscriptions",
  "hosts",
  "rollouts",
  "audit",
  "settings",
  "access",
  "trust",
  "stores",
  "publications",
  "adoptions",
] as const;

/** See {@link QUERY_ROOTS}. */
export type QueryRoot = (typeof QUERY_ROOTS)[number];

/** A cache key: the noun first, then what narrows it. */
export type ContractKey = readonly [QueryRoot, ...unknown[]];

/** Every cache key of the console, so that two screens that read the same thing share one answer. */
export const keys = {
  home: (): ContractKey => ["home"],
  status: (): ContractKey => ["system", "status"],
  whoami: (): ContractKey => ["system", "whoami"],
  applications: (): ContractKey => ["applications", "list"],
  application: (applicationId: string): ContractKey => ["applications", applicationId],
  releases: (applicationId: string): ContractKey => ["releases", "of", applicationId],
  release: (releaseId: string): ContractKey => ["releases", releaseId],
  releasesById: (ids: readonly string[]): ContractKey => ["releases", "several", ...ids],
  unpackedEstimate: (...asked: readonly string[]): ContractKey => ["deltas", "unpacked", ...asked],
  releaseDeltas: (releaseId: string): ContractKey => ["deltas", releaseId],
  releaseComparison: (releaseId: string): ContractKey => ["releases", releaseId, "comparison"],
  draftComparison: (draft: unknown): ContractKey => ["releases", "draft-comparison", draft],
  uploads: (): ContractKey => ["uploads"],
  upload: (uploadId: string): ContractKey => ["uploads", uploadId],
  /** Under releases, since only a new or changed release can change the answer. */
  knownBytes: (sha256: readonly string[]): ContractKey => ["releases", "known-bytes", ...sha256],
  fleets: (): ContractKey => ["fleets", "list"],
  fleet: (fleetId: string): ContractKey => ["fleets", fleetId],
  tokens: (fleetId: string): ContractKey => ["tokens", fleetId],
  subscriptionHistory: (subscriptionId: string): ContractKey => ["subscriptions", subscriptionId, "history"],
  hosts: (filter: Readonly<Record<string, unknown>>): ContractKey => ["hosts", "list", filter],
  host: (hostId: string): ContractKey => ["hosts", hostId],
  hostTimeline: (hostId: string): ContractKey => ["hosts", hostId, "timeline"],
  rollouts: (filter: Readonly<Record<string, unknown>>): ContractKey => ["rollouts", "list", filter],
  rollout: (rolloutId: string): ContractKey => ["rollouts", rolloutId],
  rolloutPreview: (plan: unknown): ContractKey => ["rollouts", "preview", plan],
  rollbackPreview: (plan: unknown): ContractKey => ["rollouts", "rollback-preview", plan],
  audit: (filter: Readonly<Record<string, unknown>>): ContractKey => ["audit", "list", filter],
  checkpoints: (): ContractKey => ["audit", "checkpoints"],
  settings: (): ContractKey => ["settings"],
  apiTokens: (): ContractKey => ["access", "tokens"],
  stores: (): ContractKey => ["stores", "list"],
  foundReleases: (storeId: string, applicationId: string): ContractKey => ["stores", storeId, "releases", applicationId],
  foundRelease: (storeId: string, applicationId: string, reference: string, publicKeys: readonly string[]): ContractKey => [
    "stores",
    storeId,
    "releases",
    applicationId,
    reference,
    publicKeys,
  ],
  /** Of one release, or all that are under way. */
  publications: (releaseId: string | undefined): ContractKey => ["publications", releaseId ?? "under-way"],
  /** Of one application, or all that are under way. */
  adoptions: (applicationId: string | undefined): ContractKey => ["adoptions", applicationId ?? "under-way"],
  trust: (): ContractKey => ["trust", "status"],
  signingRequests: (): ContractKey => ["trust", "requests"],
  signingRequestFile: (signingRequestId: string, draft: number): ContractKey => ["trust", "requests", signingRequestId, draft],
};
