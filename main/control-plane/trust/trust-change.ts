import type { Root, Targets } from "@tufjs/models";
import type { MetadataFile } from "./metadata-file.ts";
import type { Policies } from "./trust-state.ts";

/** What a commit is to change, before anybody has signed it. Roles that are absent keep their files. */
export type TrustChange = {
  readonly root?: Root;
  readonly targets?: Targets;
  /** By product id. */
  readonly applications: ReadonlyMap<string, Targets>;
};

/** The same with enough signatures of everybody who must sign. */
export type SignedChange = {
  readonly root?: MetadataFile<Root>;
  readonly targets?: MetadataFile<Targets>;
  readonly applications: ReadonlyMap<string, MetadataFile<Targets>>;
  /** Contents of the policies that the documents name anew. */
  readonly policies: Policies;
};

/** Nothing but a new snapshot and timestamp. */
export const NO_CHANGE: SignedChange = { applications: new Map(), policies: new Map() };
