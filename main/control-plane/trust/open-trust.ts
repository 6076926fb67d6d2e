import type { Clock } from "../ports/clock.ts";
import type { Signer } from "../ports/signer.ts";
import type { TrustFiles } from "../ports/trust-files.ts";
import { TrustService } from "./service.ts";
import { TrustRepository } from "./trust-repository.ts";

/**
 * Opens trust; the first start makes the root that every enrolment token will pin.
 *
 * @throws AppError ENV_DATA_CORRUPT, ENV_DISK_FULL.
 */
export async function openTrust(files: TrustFiles, signer: Signer, clock: Clock): Promise<TrustService> {
  const repository = await TrustRepository.open(files, signer, clock);
  return new TrustService(repository, "server-held", await repository.firstRoot());
}
