import { useSearchParams } from "wouter";
import type { TrustStatus } from "#shared/contract/trust.ts";
import type { SigningRequest } from "#shared/domain/trust/signing-request.ts";
import { Answer } from "../../../components/answer.tsx";
import { CopyLine } from "../../../components/copy-line.tsx";
import { Panel } from "../../../components/panel.tsx";
import { keys } from "../../../data/query-keys.ts";
import { useContractQuery } from "../../../data/use-contract-query.ts";
import { useUrlPatch } from "../../../data/use-url-patch.ts";
import { useCommand } from "../../../stores/command-store.ts";
import { quorumDraftStore } from "../../../stores/quorum-draft-store.ts";
import settings from "../settings.module.css";
import { AcceptDialog } from "./accept-dialog.tsx";
import { KeysPanel } from "./keys-panel.tsx";
import { MinimumDialog } from "./minimum-dialog.tsx";
import { ModePanel } from "./mode-panel.tsx";
import { OnlineKeysDialog } from "./online-keys-dialog.tsx";
import { RequestDrawer } from "./request-drawer.tsx";
import { RequestsPanel } from "./requests-panel.tsx";
import { RolesPanel } from "./roles-panel.tsx";
import { RulesPanel } from "./rules-panel.tsx";
import { TakeoverPanel } from "./takeover-panel.tsx";

/** Who can sign, what waits to be signed, how fresh the signed documents are, and what all that protects against. */
export function TrustSection() {
  const trust = useContractQuery(keys.trust(), (client, signal) => client.trust.status(undefined, { signal }));
  const requests = useContractQuery(keys.signingRequests(), (client, signal) => client.trust.listRequests(undefined, { signal }));
  return (
    <Answer of={trust} lines={8}>
      {(status) => <Answer of={requests}>{(rows) => <TrustPanels status={status} requests={rows} />}</Answer>}
    </Answer>
  );
}

type TrustPanelsProps = { readonly status: TrustStatus; readonly requests: readonly SigningRequest[] };

function TrustPanels({ status, requests }: TrustPanelsProps) {
  const [search] = useSearchParams();
  const patch = useUrlPatch();
  const openRequest = (request: string) =>
    patch({ request, open: search.get("open") === "takeover" ? "takeover" : undefined, of: undefined });
  const openTakeover = () => {
    // A change begins with those who sign now; a hand-over with nobody, or with what was begun.
    if (status.mode === "operator-held") quorumDraftStore.getState().begin({ keys: status.keys, threshold: status.threshold });
    patch({ open: "takeover" });
  };
  useCommand("trust.handOver", openTakeover);
  return (
    <div className={settings["form"]}>
      <RequestsPanel requests={requests} onOpen={openRequest} />
      {search.get("open") === "takeover" ? (
        <TakeoverPanel status={status} requests={requests} onOpenRequest={openRequest} onClose={() => patch({ open: undefined })} />
      ) : (
        <ModePanel status={status} onTakeover={openTakeover} onOnlineKeys={() => patch({ open: "online-keys" })} />
      )}
      <KeysPanel status={status} />
      <RolesPanel status={status} />
      <Rules status={status} onDrafted={openRequest} />
      <Panel title="Root of trust">
        <p className={settings["lead"]}>
          Hosts pin this digest when they enrol. Compare it over another way before you trust a new control plane.
        </p>
        <CopyLine text={status.rootSha256} what="the root’s SHA-256" />
      </Panel>
      {search.get("open") === "online-keys" && (
        <OnlineKeysDialog mode={status.mode} onClose={() => patch({ open: undefined })} onDrafted={openRequest} />
      )}
      <RequestDrawer
        request={requests.find((one) => one.id === search.get("request"))}
        keys={status.keys}
        onClose={() => patch({ request: undefined })}
      />
    </div>
  );
}

/** `?open=minimum&of=ID` and `?open=accept&of=ID` are the dialogs of the rules. */
function Rules({ status, onDrafted }: { readonly status: TrustStatus; readonly onDrafted: (id: string) => void }) {
  const [search] = useSearchParams();
  const patch = useUrlPatch();
  const applications =
    useContractQuery(keys.applications(), (client, signal) => client.applications.list(undefined, { signal })).data ?? [];
  const fleets = useContractQuery(keys.fleets(), (client, signal) => client.fleets.list(undefined, { signal })).data ?? [];
  const close = () => patch({ open: undefined, of: undefined });
  const [open, of] = [search.get("open"), search.get("of")];
  const application = open === "minimum" ? applications.find((one) => one.id === of) : undefined;
  const fleet = open === "accept" ? fleets.find((one) => one.id === of) : undefined;
  return (
    <>
      <RulesPanel
        status={status}
        applications={applications}
        fleets={fleets}
        onMinimum={(id) => patch({ open: "minimum", of: id })}
        onAccept={(id) => patch({ open: "accept", of: id })}
      />
      {application !== undefined && <MinimumDialog application={application} status={status} onClose={close} onDrafted={onDrafted} />}
      {fleet !== undefined && (
        <AcceptDialog fleet={fleet} applications={applications} status={status} onClose={close} onDrafted={onDrafted} />
      )}
    </>
  );
}
