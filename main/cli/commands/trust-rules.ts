import { productId } from "#shared/domain/release/release.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { semver } from "#shared/lib/scalars.ts";
import { word } from "../arguments.ts";
import type { Command } from "../command.ts";
import { findApplication, findFleet } from "../lookup.ts";
import { CHANGE_OPTIONS, CHANGE_USAGE, changeTrust } from "../trust-change.ts";

const minimum: Command = {
  words: ["trust", "minimum"],
  summary: "Set the signed version below which no host goes, or lift it",
  usage: `rollcall trust minimum PRODUCT-ID VERSION|none ${CHANGE_USAGE}`,
  options: CHANGE_OPTIONS,
  run: async (context, given) => {
    const application = await findApplication(context.client, word(given, 0, "The product id"));
    const text = word(given, 1, "The version, or none,");
    const version = text === "none" ? null : semver.safeParse(text).data;
    if (version === undefined) throw new AppError("INPUT_VERSION_INVALID", `"${text.slice(0, 40)}" is no version; nothing was changed.`);
    const intent = { kind: "minimum", applicationId: application.id, version } as const;
    const done =
      version === null ? `${application.productId} has no minimum version.` : `No host of ${application.productId} goes below ${version}.`;
    await changeTrust(context, given, { intent, roles: [application.productId, "targets"], isConfirmed: true }, done);
  },
};

const accept: Command = {
  words: ["trust", "accept"],
  summary: "Say which products the hosts of a fleet install",
  usage: `rollcall trust accept FLEET PRODUCT-ID...|all ${CHANGE_USAGE}`,
  options: CHANGE_OPTIONS,
  run: async (context, given) => {
    const fleet = await findFleet(context.client, word(given, 0, "The fleet"));
    word(given, 1, "A product id, or all,");
    const names = given.positionals.slice(1);
    const products = names.length === 1 && names[0] === "all" ? ("all" as const) : names.map(parseProduct);
    const intent = { kind: "accept", fleetId: fleet.id, products } as const;
    const done = `Hosts of ${fleet.name} install ${products === "all" ? "every product" : products.join(", ")}.`;
    await changeTrust(context, given, { intent, roles: ["targets"], isConfirmed: true }, done);
  },
};

const renew: Command = {
  words: ["trust", "renew"],
  summary: "Sign everything again, unchanged, for longer",
  usage: `rollcall trust renew ${CHANGE_USAGE}`,
  options: CHANGE_OPTIONS,
  run: (context, given) =>
    changeTrust(context, given, { intent: { kind: "renew" }, isConfirmed: true }, "Everything is signed for longer."),
};

const renewOnlineKeys: Command = {
  words: ["trust", "renew-online-keys"],
  summary: "Replace the control plane's own keys, those of snapshot and timestamp: its machine or a backup was stolen",
  usage: `rollcall trust renew-online-keys ${CHANGE_USAGE}`,
  options: CHANGE_OPTIONS,
  run: async (context, given) => {
    if ((await context.client.trust.status()).mode === "server-held")
      context.output.note(
        "The control plane holds root, too: whoever has copied its secrets can still sign anything. Only a new one ends that.",
      );
    await changeTrust(
      context,
      given,
      { intent: { kind: "online-keys" }, roles: ["root"], isConfirmed: true },
      "The control plane signs snapshot and timestamp with new keys; the old ones are destroyed, and hosts that have seen the new root believe them no more.",
    );
  },
};

function parseProduct(text: string): string {
  const product = productId.safeParse(text);
  if (product.success) return product.data;
  throw new AppError("INPUT_INVALID", `"${text.slice(0, 80)}" is no product id; nothing was changed.`);
}

/** `rollcall trust minimum`, `accept`, `renew`, `renew-online-keys` */
export const trustRuleCommands: readonly Command[] = [minimum, accept, renew, renewOnlineKeys];
