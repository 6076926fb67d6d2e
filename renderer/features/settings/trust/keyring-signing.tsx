import { Button, Select } from "@mantine/core";
import { useEffect, useState } from "react";
import type { KeyringKey } from "#shared/contract/shell.ts";
import type { SigningRequest } from "#shared/domain/trust/signing-request.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { ErrorPanel } from "../../../components/error-panel.tsx";
import { desktopShell } from "../../../data/shell.ts";
import { useContractAction } from "../../../data/use-contract-action.ts";
import settings from "../settings.module.css";
import classes from "./trust.module.css";

/** Signs with a key of this computer's keyring. The shell shows the digests in a dialog of its own and asks. */
export function KeyringSigning({ request }: { readonly request: SigningRequest }) {
  const wanted = new Set(request.documents.flatMap((one) => one.quorums.flatMap((quorum) => quorum.keyIds)));
  const own = useKeyringKeys().filter((key) => wanted.has(key.keyId));
  const [chosen, choose] = useState<string | null>(null);
  const sign = useContractAction({
    run: async (client, keyId: string) => {
      const signatures = await desktopShell()?.trust.sign(await client.trust.exportRequest({ signingRequestId: request.id }), keyId);
      if (signatures === undefined) throw new AppError("CANCELLED", "The signature was declined.");
      return client.trust.submit(signatures);
    },
    notDone: "Nothing was signed.",
    stale: ["trust", "releases", "publications"],
    inline: true,
  });
  const [only] = own;
  if (only === undefined) return <p className={settings["soft"]}>No key in this computer’s keyring may sign this request.</p>;
  const keyId = chosen ?? only.keyId;
  return (
    <div className={classes["keyring"]}>
      {own.length > 1 && (
        <Select
          aria-label="Key of this computer"
          size="xs"
          data={own.map((key) => ({ value: key.keyId, label: key.label }))}
          value={keyId}
          onChange={choose}
          allowDeselect={false}
        />
      )}
      <Button loading={sign.isPending} onClick={() => sign.mutate(keyId)}>
        Sign with {own.find((key) => key.keyId === keyId)?.label ?? "this key"}
      </Button>
      {sign.error !== null && sign.error.code !== "CANCELLED" && <ErrorPanel error={sign.error} notDone="Nothing was signed." />}
    </div>
  );
}

/** The operators' keys that lie in this computer's keyring; none where it has no keyring. */
export function useKeyringKeys(): readonly KeyringKey[] {
  const [found, setFound] = useState<readonly KeyringKey[]>([]);
  useEffect(() => {
    let isGone = false;
    void desktopShell()
      ?.trust.keys()
      .then((keys) => !isGone && setFound(keys))
      .catch(() => undefined);
    return () => {
      isGone = true;
    };
  }, []);
  return found;
}
