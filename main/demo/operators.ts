import { join } from "node:path";
import { createKeyFile } from "#main/client/trust/create-key-file.ts";
import { openKeyFile, type SigningKey } from "#main/client/trust/open-key-file.ts";
import { readSigningRequest } from "#main/client/trust/read-signing-request.ts";
import { signRequest } from "#main/client/trust/sign-request.ts";
import type { ContractClient } from "#shared/contract/index.ts";

const LABELS = ["ana", "ben"] as const;

/** The two people of the demo, who both must sign whatever hosts are to trust. Their keys lie in files, as on two laptops. */
export class DemoOperators {
  readonly #client: ContractClient;
  readonly #keys: readonly SigningKey[];

  private constructor(client: ContractClient, keys: readonly SigningKey[]) {
    this.#client = client;
    this.#keys = keys;
  }

  /** Makes the keys and a recovery key, and takes signing over from the control plane: its own keys are destroyed. */
  static async takeOver(client: ContractClient, folder: string): Promise<DemoOperators> {
    const keys = await Promise.all(
      LABELS.map(async (label) => {
        const path = join(folder, label, "operator.key");
        const made = await createKeyFile(path, { label, use: "operator", passphrase: undefined });
        return { made, open: await openKeyFile(path, undefined) };
      }),
    );
    const recovery = await createKeyFile(join(folder, "safe", "recovery.key"), {
      label: "recovery",
      use: "recovery",
      passphrase: undefined,
    });
    const operators = new DemoOperators(
      client,
      keys.map((key) => key.open),
    );
    const quorum = { threshold: LABELS.length, keys: [...keys.map((key) => key.made), recovery] };
    await client.trust.prepare({ intent: { kind: "quorum", quorum } });
    await operators.signWhatWaits();
    return operators;
  }

  /** Reads every open request as a signer does, and signs it with both keys. */
  async signWhatWaits(): Promise<void> {
    for (const { id, state } of await this.#client.trust.listRequests()) {
      if (state !== "open") continue;
      const file = await this.#client.trust.exportRequest({ signingRequestId: id });
      await this.#client.trust.submit(signRequest(readSigningRequest(JSON.stringify(file)), this.#keys));
    }
  }
}
