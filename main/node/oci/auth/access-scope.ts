/** What a request does in which repository. */
export type AccessScope = {
  readonly repository: string;
  readonly actions: "pull" | "pull,push" | "pull,delete";
  /** A second repository that is only read, for mounts. */
  readonly alsoPull?: string | undefined;
};

/** The scopes as token services are asked for them. */
export function scopeTexts(scope: AccessScope): readonly string[] {
  const own = `repository:${scope.repository}:${scope.actions}`;
  return scope.alsoPull === undefined ? [own] : [own, `repository:${scope.alsoPull}:pull`];
}
