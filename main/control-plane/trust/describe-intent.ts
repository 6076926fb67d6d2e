import type { Kysely } from "kysely";
import type { FleetScope } from "#shared/domain/access/permission.ts";
import { manifestTargetPath } from "#shared/domain/release/manifest.ts";
import type { TrustIntent } from "#shared/domain/trust/signing-request.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { Schema } from "../db/schema.ts";
import { FleetRepository } from "../fleet/fleet-repository.ts";
import { ApplicationRepository } from "../release/application-repository.ts";
import type { TargetsOrder } from "./draft-intent.ts";
import type { PublishPayload } from "./request-record.ts";
import type { TrustMode } from "./role-lifetimes.ts";

/** An intent as the repository carries it out, and as one sentence to whoever signs. */
export type DescribedIntent = { readonly order: TargetsOrder; readonly title: string };

/** Where names are looked up, for whom, and how signing stands. */
export type IntentContext = { readonly db: Kysely<Schema>; readonly scope: FleetScope; readonly mode: TrustMode };

const TITLE_LENGTH = 300;

/**
 * Puts an intent into the words of the repository.
 *
 * @throws AppError NOT_FOUND for an application or a fleet that is not there, TRUST_RECOVERY_MISSING for operators
 *   without a recovery key, INPUT_INVALID for a release without its manifest.
 */
export async function describeIntent(
  context: IntentContext,
  intent: TrustIntent,
  payload: PublishPayload | undefined,
): Promise<DescribedIntent> {
  const { order, title } = await describe(context, intent, payload);
  return { order, title: title.slice(0, TITLE_LENGTH) };
}

async function describe(
  { db, scope, mode }: IntentContext,
  intent: TrustIntent,
  payload: PublishPayload | undefined,
): Promise<DescribedIntent> {
  switch (intent.kind) {
    case "quorum":
      return describeQuorum(intent.quorum, mode);
    case "publish": {
      const application = await new ApplicationRepository(db).require(intent.applicationId);
      if (payload === undefined) throw new AppError("INPUT_INVALID", "Releases are published from their own page; nothing was drafted.");
      return {
        order: { kind: "add", product: intent.productId, target: payload.manifest },
        title: `Publish ${intent.productId} ${intent.version} (${application.name})`,
      };
    }
    case "withdraw":
      return {
        order: { kind: "remove", product: intent.productId, path: manifestTargetPath(intent.productId, intent.version) },
        title: `Withdraw ${intent.productId} ${intent.version}`,
      };
    case "minimum": {
      const { productId } = await new ApplicationRepository(db).require(intent.applicationId);
      const policy = { schema: 1 as const, productId, ...(intent.version === null ? {} : { minimumVersion: intent.version }) };
      const title =
        intent.version === null ? `Lift the minimum version of ${productId}` : `Let no host run ${productId} below ${intent.version}`;
      return { order: { kind: "policy", policy }, title };
    }
    case "accept": {
      const { id, name } = await new FleetRepository(db, scope).require(intent.fleetId);
      if (intent.products === "all")
        return { order: { kind: "acceptance", fleetId: id, acceptance: undefined }, title: `Let fleet ${name} install every application` };
      const acceptance = { schema: 1 as const, fleetId: intent.fleetId, products: [...new Set(intent.products)].toSorted() };
      const list = acceptance.products.length === 0 ? "nothing" : acceptance.products.join(", ");
      return { order: { kind: "acceptance", fleetId: id, acceptance }, title: `Let fleet ${name} install ${list} only` };
    }
    case "renew":
      return { order: { kind: "renew" }, title: "Sign everything that stands for longer" };
    case "online-keys":
      return { order: { kind: "online-keys" }, title: "Replace the control plane's own keys, those of snapshot and timestamp" };
  }
}

function describeQuorum(quorum: (TrustIntent & { kind: "quorum" })["quorum"], mode: TrustMode): DescribedIntent {
  const labels = (use: "operator" | "recovery") => quorum.keys.filter((key) => key.use === use).map(({ label }) => label);
  const [operators, recovery] = [labels("operator"), labels("recovery")];
  if (recovery.length === 0)
    throw new AppError(
      "TRUST_RECOVERY_MISSING",
      "These operators have no offline recovery key: with one lost laptop nobody could ever change who signs. Nothing was drafted.",
    );
  const who = `any ${quorum.threshold} of ${operators.join(", ")}; recovery: ${recovery.join(", ")}`;
  const title = mode === "server-held" ? `Hand signing over to operators: ${who}` : `Change who signs: ${who}`;
  return { order: { kind: "quorum", quorum }, title };
}
