/** Which entries a reader wants; absent members do not limit. */
export type AuditFilter = {
  readonly fleetId?: string | undefined;
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly search?: string | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
};
