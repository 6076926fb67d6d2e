import { assertNever } from "../../../lib/assert-never.ts";
import { shownText } from "../../../lib/shown-text.ts";
import type { TrustIntent } from "../signing-request.ts";

/** What a request is for, in our own words: the sender's title is never believed. */
export function intentSentence(intent: TrustIntent): string {
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
      return intent.version === null
        ? "Lift an application's minimum version."
        : `Set an application's minimum version to ${intent.version}.`;
    case "accept":
      return intent.products === "all"
        ? `Let the fleet ${intent.fleetId} accept every product.`
        : `Let the fleet ${intent.fleetId} accept only ${shownText(intent.products.join(", "), 200) || "nothing"}.`;
    case "renew":
      return "Sign everything again for longer.";
    case "online-keys":
      return "Replace the control plane's own keys, those of snapshot and timestamp.";
    default:
      return assertNever(intent);
  }
}
