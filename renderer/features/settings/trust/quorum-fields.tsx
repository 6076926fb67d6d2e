import { ActionIcon, Button, NumberInput, Tooltip } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useRef, useState, type ChangeEvent } from "react";
import { useStore } from "zustand";
import { quorumRules } from "#shared/domain/trust/reading/key-names.ts";
import type { OperatorKey } from "#shared/domain/trust/trust-key.ts";
import { toAppError } from "#shared/errors/app-error.ts";
import { ErrorPanel, type ShownError } from "../../../components/error-panel.tsx";
import { StatusShape } from "../../../components/status-shape.tsx";
import { desktopShell } from "../../../data/shell.ts";
import { sha256Text } from "../../../data/sha256-text.ts";
import { useDropClaim } from "../../../stores/drop-claim-store.ts";
import { quorumDraftStore } from "../../../stores/quorum-draft-store.ts";
import settings from "../settings.module.css";
import { useKeyringKeys } from "./keyring-signing.tsx";
import { MakeKeyringKey } from "./make-keyring-key.tsx";
import { quorumAdvice, readPublicKey } from "./quorum-reading.ts";
import classes from "./trust.module.css";

const CLAIM = { title: "Drop public keys", text: "Files that end in .pub. A private key is refused and not read further." } as const;

/** The keys of those who will sign, by their public halves, and how many of them must. */
export function QuorumFields() {
  const draft = useStore(quorumDraftStore);
  const [error, setError] = useState<ShownError | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const keyring = useKeyringKeys();
  const takeAll = async (files: readonly File[]) => {
    setError(null);
    try {
      for (const file of files) draft.addKey(readPublicKey(await file.text()));
    } catch (thrown) {
      setError(toAppError(thrown));
    }
  };
  useDropClaim(CLAIM, (files) => void takeAll(files));
  const pick = (event: ChangeEvent<HTMLInputElement>) => {
    void takeAll([...(event.currentTarget.files ?? [])]);
    event.currentTarget.value = "";
  };
  const advice = quorumAdvice(draft);
  return (
    <div className={classes["quorumFields"]}>
      <ul className={classes["keys"]} aria-label="Keys of those who will sign">
        {draft.keys.map((key) => (
          <KeyLine key={key.publicKey} operator={key} onRemove={() => draft.removeKey(key.publicKey)} />
        ))}
      </ul>
      <div className={classes["keyring"]}>
        <Button size="compact-sm" variant="default" onClick={() => input.current?.click()}>
          Add public keys
        </Button>
        {keyring.map(({ label, publicKey }) => (
          <Button key={publicKey} size="compact-sm" variant="default" onClick={() => draft.addKey({ label, publicKey, use: "operator" })}>
            Add {label} of this computer
          </Button>
        ))}
        <input ref={input} type="file" multiple hidden onChange={pick} aria-label="Public keys" data-public-keys-input />
      </div>
      {desktopShell() !== undefined && (
        <MakeKeyringKey onMade={({ label, publicKey }) => draft.addKey({ label, publicKey, use: "operator" })} />
      )}
      {error !== null && <ErrorPanel error={error} />}
      <NumberInput
        label="How many must sign"
        description="Of the operator keys. Root counts recovery keys, too."
        inputWrapperOrder={["label", "input", "description", "error"]}
        value={draft.threshold}
        onChange={(value) => typeof value === "number" && draft.setThreshold(value)}
        min={1}
        max={16}
        w={240}
      />
      {advice !== undefined && draft.keys.length > 0 && (
        <p className={settings["soft"]}>
          <StatusShape status="paused" size={13} label="Advice" /> {advice}
        </p>
      )}
    </div>
  );
}

function KeyLine({ operator, onRemove }: { readonly operator: OperatorKey; readonly onRemove: () => void }) {
  const [keyId = ""] = [...quorumRules({ threshold: 1, keys: [operator] }, sha256Text).labels.keys()];
  return (
    <li>
      <strong>{operator.label}</strong>
      <span className={settings["soft"]}>{operator.use === "operator" ? "operator" : "recovery, offline"}</span>
      <code translate="no">{keyId.slice(0, 16)}</code>
      <Tooltip label={`Take ${operator.label} out`}>
        <ActionIcon variant="subtle" size="sm" aria-label={`Take ${operator.label} out`} onClick={onRemove}>
          <IconX size={14} />
        </ActionIcon>
      </Tooltip>
    </li>
  );
}
