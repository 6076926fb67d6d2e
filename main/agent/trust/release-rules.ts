import { AppError } from "#shared/errors/app-error.ts";
import { compareSemver } from "#shared/lib/semver.ts";

/** What operators have signed about a product, and what this host's own file says, as far as this host knows. */
export type ReleaseRules = {
  /** Products that the host's fleet accepts; undefined means all. */
  readonly fleetAccepts: readonly string[] | undefined;
  /** Products that the host's own file accepts; undefined means all. */
  readonly hostAccepts: readonly string[] | undefined;
  /** The version below which the product is not installed. */
  readonly minimumVersion: string | undefined;
};

/** Whether a version lies below a minimum. Precedence of semantic versions; no minimum is below nothing. */
export function isBelowMinimum(version: string, minimumVersion: string | undefined): boolean {
  return minimumVersion !== undefined && compareSemver(version, minimumVersion) < 0;
}

/**
 * Refuses what this host must not install, whoever asks for it.
 *
 * @throws AppError TRUST_NOT_ACCEPTED, TRUST_BELOW_MINIMUM.
 */
export function checkRules(rules: ReleaseRules, product: string, version: string): void {
  if (rules.fleetAccepts?.includes(product) === false)
    throw notAccepted(`The signed list of this fleet does not accept ${product}; nothing was installed.`);
  if (rules.hostAccepts?.includes(product) === false)
    throw notAccepted(`This host's own file does not accept ${product}; nothing was installed.`);
  if (!isBelowMinimum(version, rules.minimumVersion)) return;
  throw new AppError(
    "TRUST_BELOW_MINIMUM",
    `Version ${version} lies below the signed minimum ${rules.minimumVersion} of ${product}; it was not installed.`,
    { details: { version, minimumVersion: rules.minimumVersion } },
  );
}

function notAccepted(message: string): AppError {
  return new AppError("TRUST_NOT_ACCEPTED", message);
}
