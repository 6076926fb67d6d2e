import { Button } from "@mantine/core";
import { useRef, type ChangeEvent } from "react";
import type { SigningRequest } from "#shared/domain/trust/signing-request.ts";
import { CopyLine } from "../../../components/copy-line.tsx";
import { ButtonWithReason } from "../../../components/button-with-reason.tsx";
import { ErrorPanel } from "../../../components/error-panel.tsx";
import { saveFile } from "../../../components/save-file.ts";
import { useClient } from "../../../data/client-context.tsx";
import { desktopShell } from "../../../data/shell.ts";
import { useContractAction } from "../../../data/use-contract-action.ts";
import { useDenial } from "../../../data/use-principal.ts";
import { useDropClaim } from "../../../stores/drop-claim-store.ts";
import settings from "../settings.module.css";
import { KeyringSigning } from "./keyring-signing.tsx";
import { readSignatures } from "./read-signatures.ts";
import { EXPORT_CLI, requestFileName, signCli } from "./trust-lines.ts";
import classes from "./trust.module.css";

/** The ways to bring a signature: this desktop's keyring, a file that travels, or giving the request up. */
export function RequestActions({ request }: { readonly request: SigningRequest }) {
  const denial = useDenial("release.publish");
  const cancel = useContractAction({
    run: (api) => api.trust.cancelRequest({ signingRequestId: request.id }),
    notDone: "The request is still open.",
    stale: ["trust", "releases", "publications"],
  });
  return (
    <section className={classes["actions"]}>
      <h3>Sign it</h3>
      {desktopShell() !== undefined && <KeyringSigning request={request} />}
      <TravellingFiles request={request} denial={denial} />
      <div className={classes["foot"]}>
        <span className={settings["soft"]}>Nothing changes for hosts until enough have signed.</span>
        <ButtonWithReason
          variant="default"
          size="compact-sm"
          reason={denial}
          onClick={() => cancel.mutate(undefined)}
          loading={cancel.isPending}
        >
          Give the request up
        </ButtonWithReason>
      </div>
    </section>
  );
}

const CLAIM = {
  title: "Drop to bring signatures back",
  text: "They are held against the keys that must sign. Nothing else is taken.",
} as const;

/** The request goes out as a file, signatures come back as one. */
function TravellingFiles({ request, denial }: { readonly request: SigningRequest; readonly denial: string | undefined }) {
  const client = useClient();
  const input = useRef<HTMLInputElement>(null);
  const submit = useContractAction({
    run: async (api, file: File) => api.trust.submit(readSignatures(await file.text(), request)),
    notDone: "No signature was kept.",
    stale: ["trust", "releases", "publications"],
    inline: true,
  });
  useDropClaim(denial === undefined ? CLAIM : undefined, (files) => files[0] !== undefined && submit.mutate(files[0]));
  const take = (event: ChangeEvent<HTMLInputElement>) => {
    const [file] = event.currentTarget.files ?? [];
    event.currentTarget.value = "";
    if (file !== undefined) submit.mutate(file);
  };
  const download = async () => {
    const file = await client.trust.exportRequest({ signingRequestId: request.id });
    saveFile(requestFileName(request), [JSON.stringify(file, undefined, 2)]);
  };
  return (
    <>
      <ol className={classes["steps"]}>
        <li>
          <Button size="compact-sm" variant="default" onClick={() => void download()}>
            Download the request
          </Button>{" "}
          and carry it to whoever holds a key, also on a machine without network, with what stands now to compare it with:
          <CopyLine text={EXPORT_CLI} what="the command for the export" />
        </li>
        <li>
          There:
          <CopyLine text={signCli(request)} what="the command" />
        </li>
        <li>
          <ButtonWithReason
            size="compact-sm"
            variant="default"
            reason={denial}
            loading={submit.isPending}
            onClick={() => input.current?.click()}
          >
            Bring signatures back
          </ButtonWithReason>{" "}
          or drop the file anywhere on this window.
          <input
            ref={input}
            type="file"
            accept="application/json,.json"
            hidden
            onChange={take}
            aria-label="Signatures"
            data-signatures-input
          />
        </li>
      </ol>
      {submit.error !== null && <ErrorPanel error={submit.error} notDone="No signature was kept." />}
    </>
  );
}
