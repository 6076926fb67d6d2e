import type { Store } from "../db/store.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";
import type { Logger } from "../ports/logger.ts";
import type { Signer } from "../ports/signer.ts";
import type { TrustFiles } from "../ports/trust-files.ts";
import type { ReleaseTrust } from "../release/release-trust.ts";
import { ReleaseSigning } from "./release-signing.ts";
import { TrustService } from "./service.ts";
import { SigningDesk } from "./signing-desk.ts";
import { TrustRepository } from "./trust-repository.ts";

/** What trust is made of. */
export type TrustParts = {
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  readonly signer: Signer;
  readonly trustFiles: TrustFiles;
};

/** Trust for people and hosts, and trust for releases. */
export type OpenedTrust = { readonly service: TrustService; readonly releases: ReleaseTrust };

/**
 * Opens trust; the first start makes the root that enrolment tokens will pin, any later one completes what a kill
 * interrupted.
 *
 * @throws AppError ENV_DATA_CORRUPT, ENV_DISK_FULL.
 */
export async function openTrust({ trustFiles, ...parts }: TrustParts): Promise<OpenedTrust> {
  const repository = await TrustRepository.open(trustFiles, parts.signer, parts.clock);
  const desk = new SigningDesk({ ...parts, repository });
  await desk.resume();
  return {
    service: new TrustService({ ...parts, repository }, desk),
    releases: new ReleaseSigning(parts.store, repository, desk),
  };
}
