import type { z } from "zod";
import { applicationPolicy, fleetAcceptance, type FleetAcceptance } from "#shared/domain/trust/trust-policy.ts";
import { damaged } from "./metadata-file.ts";
import { isPolicyPath, policyFileName, type TrustState } from "./trust-state.ts";

/** What the signed policies say, taken together. */
export type SignedPolicies = {
  /** By product id. */
  readonly minimums: ReadonlyMap<string, string>;
  readonly acceptance: readonly FleetAcceptance[];
};

/** Reads the policies that stand. @throws AppError ENV_DATA_CORRUPT when one does not say what it should. */
export function signedPolicies(state: TrustState): SignedPolicies {
  const minimums = new Map<string, string>();
  for (const { signed } of state.applications.values())
    for (const content of contents(state, signed.targets)) {
      const { productId, minimumVersion } = read(applicationPolicy, content);
      if (minimumVersion !== undefined) minimums.set(productId, minimumVersion);
    }
  const acceptance = contents(state, state.targets.signed.targets).map((content) => read(fleetAcceptance, content));
  return { minimums, acceptance };
}

type Content = { readonly name: string; readonly bytes: Uint8Array };
type Targets = TrustState["targets"]["signed"]["targets"];

function contents(state: TrustState, targets: Targets): readonly Content[] {
  return Object.entries(targets).flatMap(([path, file]) => {
    const sha256 = file.hashes["sha256"] ?? "";
    const bytes = isPolicyPath(path) ? state.policies.get(sha256) : undefined;
    return bytes === undefined ? [] : [{ name: policyFileName(sha256), bytes }];
  });
}

function read<T>(schema: z.ZodType<T>, { name, bytes }: Content): T {
  const parsed = schema.safeParse(JSON.parse(Buffer.from(bytes).toString("utf8")));
  if (!parsed.success) throw damaged(name, parsed.error);
  return parsed.data;
}
