import { Button, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { useLocation } from "wouter";
import type { ApplicationRow } from "#shared/contract/applications.ts";
import type { FoundReleaseDetailRow } from "#shared/contract/stores.ts";
import type { ApplicationId, StoreId } from "#shared/lib/ids.ts";
import { Answer } from "../../components/answer.tsx";
import { DialogFrame } from "../../components/dialog-frame.tsx";
import { StatusShape } from "../../components/status-shape.tsx";
import { keys } from "../../data/query-keys.ts";
import { useContractAction } from "../../data/use-contract-action.ts";
import { useContractQuery } from "../../data/use-contract-query.ts";
import { AdoptFiles } from "./adopt-files.tsx";
import { adoptionProblem, readPublicKeys, suggestFiles, type ChosenFiles } from "./adoption.ts";
import classes from "./application.module.css";

type AdoptFoundProps = {
  readonly application: ApplicationRow;
  readonly storeId: StoreId;
  readonly reference: string;
  readonly onBack: () => void;
  readonly onClose: () => void;
};

type Wish = { readonly version: string; readonly files: ChosenFiles };

/** One found release: its files, who signed it, and adopting it as a draft. Nothing is published by that. */
export function AdoptFound({ application, storeId, reference, onBack, onClose }: AdoptFoundProps) {
  const [keyText, setKeyText] = useState("");
  const [wish, setWish] = useState<Partial<Wish>>({});
  const publicKeys = readPublicKeys(keyText);
  const at = { storeId, applicationId: application.id, reference };
  const read = useContractQuery(
    keys.foundRelease(storeId, application.id, reference, publicKeys),
    (client, signal) => client.stores.inspect({ ...at, publicKeys }, { signal }),
    { keepsLast: true },
  );
  const adopt = useAdoption(at, publicKeys);
  const chosen: Wish = { version: wish.version ?? read.data?.version ?? "", files: wish.files ?? suggestFiles(read.data?.files ?? []) };
  const problem = read.data === undefined ? undefined : adoptionProblem(chosen.version, chosen.files);
  return (
    <DialogFrame
      title={`${application.name} ${reference}`}
      onClose={onClose}
      verb="Adopt as a draft"
      onSubmit={() => adopt.mutate(chosen)}
      isReady={read.data !== undefined && problem === undefined}
      busy={adopt.isPending}
      error={adopt.error}
      notDone="Nothing was begun."
      size={760}
      stickyFoot
    >
      <Button size="compact-sm" variant="subtle" onClick={onBack} style={{ justifySelf: "start" }}>
        Back to the list
      </Button>
      <Answer of={read} lines={6}>
        {(found) => (
          <>
            <SignatureLine signature={found.signature} />
            <Questions
              keyText={keyText}
              onKeys={setKeyText}
              version={chosen.version}
              onVersion={(version) => setWish({ ...chosen, version })}
            />
            <AdoptFiles files={found.files} chosen={chosen.files} onChange={(files) => setWish({ ...chosen, files })} />
            {problem !== undefined && <p className={classes["faint"]}>{problem}</p>}
          </>
        )}
      </Answer>
    </DialogFrame>
  );
}

/** Begins to bring it in. The page shows how far that is, and its URL keeps it in sight. */
function useAdoption(
  at: { readonly storeId: StoreId; readonly applicationId: ApplicationId; readonly reference: string },
  publicKeys: string[],
) {
  const [, navigate] = useLocation();
  const { storeId, applicationId, reference } = at;
  return useContractAction({
    run: (client, { version, files }: Wish) => {
      const named = Object.entries(files).map(([name, platform]) => ({ name, platform }));
      return client.adoptions.create({ storeId, applicationId, publicKeys, releases: [{ reference, version, files: named }] });
    },
    notDone: "Nothing was begun.",
    stale: ["adoptions"],
    inline: true,
    onDone: ({ id }) => navigate(`/applications/${applicationId}?adoption=${id}`),
  });
}

type QuestionsProps = {
  readonly keyText: string;
  readonly onKeys: (text: string) => void;
  readonly version: string;
  readonly onVersion: (version: string) => void;
};

function Questions({ keyText, onKeys, version, onVersion }: QuestionsProps) {
  return (
    <>
      <Textarea
        label="Public keys of those you trust"
        description="Optional: raw or PEM. With keys, only what one of them signed can be adopted."
        inputWrapperOrder={["label", "input", "description", "error"]}
        value={keyText}
        onChange={(event) => onKeys(event.currentTarget.value)}
        autosize
        minRows={2}
        maxRows={6}
        maxLength={32_000}
        spellCheck={false}
      />
      <TextInput
        label="Version of the draft"
        value={version}
        onChange={(event) => onVersion(event.currentTarget.value.trim())}
        maxLength={128}
        spellCheck={false}
      />
    </>
  );
}

const SIGNATURES = {
  none: { status: "unknown", words: "It carries no signature that Rollcall can read." },
  verified: { status: "healthy", words: "Signed by a key that you gave." },
  "unknown-key": { status: "paused", words: "It is signed, but by none of the keys that you gave." },
  invalid: { status: "failed", words: "Its signature is wrong." },
} as const;

function SignatureLine({ signature }: { readonly signature: FoundReleaseDetailRow["signature"] }) {
  const { status, words } = SIGNATURES[signature.state];
  return (
    <p className={classes["signature"]} role="status">
      <StatusShape status={status} size={15} /> {words} {signature.state === "invalid" && signature.message}
      {signature.state === "verified" && <code translate="no">{signature.keyId.slice(0, 16)}</code>}
    </p>
  );
}
