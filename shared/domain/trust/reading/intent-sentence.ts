import { assertNever } from "../../../lib/assert-never.ts";
import { shownText } from "../../../lib/shown-text.ts";
import type { TrustIntent } from "../signing-request.ts";

/**
 * What a request is for, in our own words: the sender's title is never believed.
 *
 * @param names what the control plane calls fleets and applications, by id, for people who are connected to it anyway.
 *   Signers get none: an id cannot be given to another fleet.
 */
export function intentSentence(intent: TrustIntent, names: ReadonlyMap<string, string> = new Map()): string {
  const nameOf = (id: string): string => shownText(names.get(id) ?? id, 80);
  switch (intent.kind) {
    case "quorum": {
      const operators = intent.quorum.keys.filter((key) => key.use === "operator").length;
      const recovery = intent.quorum.keys.length - operators;
      return `Let any ${intent.quorum.threshold} of ${operators} operator key(s) sign, with ${recovery} recovery key(s).`;
    }
    case "publish":
      return `Publish ${intent.productId} ${intent.version}.`;
    case "withdraw":
      return `Withdraw ${intent.productId} ${intent.version}.`;
    case "minimum":
      return minimumSentence(names.get(intent.applicationId), intent.version);
    case "accept":
      return intent.products === "all"
        ? `Let the fleet ${nameOf(intent.fleetId)} accept every product.`
        : `Let the fleet ${nameOf(intent.fleetId)} accept only ${shownText(intent.products.join(", "), 200) || "nothing"}.`;
    case "renew":
      return "Sign everything again for longer.";
    case "online-keys":
      return "Replace the control plane's own keys, those of snapshot and timestamp.";
    default:
      return assertNever(intent);
  }
}

function minimumSentence(name: string | undefined, version: string | null): string {
  const whose = name === undefined ? "an application's minimum version" : `the minimum version of ${shownText(name, 80)}`;
  return version === null ? `Lift ${whose}.` : `Set ${whose} to ${version}.`;
}
