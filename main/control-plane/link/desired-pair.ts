import { hash } from "node:crypto";
import { canonicalJson } from "#shared/lib/canonical-json.ts";
import type { DocumentPair } from "#shared/protocol/agent-frames.ts";
import type { DesiredApplication } from "#shared/protocol/control-frames.ts";

/** What is known of the last desired document made for a host. */
export type LastDocument = DocumentPair & { readonly digest: string | undefined };

/**
 * Names a desired document by its content, whatever the order of its entries. What is left of a lease does not count: it
 * changes with every look at it.
 */
export function desiredDigest(applications: readonly DesiredApplication[], quarantineMs: number): string {
  const ordered = applications
    .map(({ grant, hold, ...rest }) => ({ ...rest, ...(grant && { grantId: grant.grantId }), ...(hold === undefined ? {} : { hold }) }))
    .toSorted((left, right) => left.applicationId.localeCompare(right.applicationId));
  return hash("sha256", canonicalJson({ applications: ordered, quarantineMs }));
}

/** Whether `left` is to be applied over `right`. */
export function isNewerPair(left: DocumentPair, right: DocumentPair): boolean {
  return left.epoch > right.epoch || (left.epoch === right.epoch && left.revision > right.revision);
}

/**
 * The pair of a document: the old one while nothing changed, else the next revision. Never behind what the host has
 * `applied`: after a restore that kept the epoch, the host may know a later pair than we do, and would not listen.
 */
export function pairFor(last: LastDocument, digest: string, epoch: number, applied: DocumentPair | undefined): DocumentPair {
  const isBehind = applied !== undefined && isNewerPair(applied, last);
  if (digest === last.digest && epoch <= last.epoch && !isBehind) return { epoch: last.epoch, revision: last.revision };
  const base = isBehind ? applied : last;
  if (epoch > base.epoch) return { epoch, revision: 1 };
  // A host to which somebody else has sent the last revision there is follows into the next epoch.
  return base.revision < Number.MAX_SAFE_INTEGER
    ? { epoch: base.epoch, revision: base.revision + 1 }
    : { epoch: base.epoch + 1, revision: 1 };
}
