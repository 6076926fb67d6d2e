import { Drawer } from "@mantine/core";
import type { TrustStatus } from "#shared/contract/trust.ts";
import type { SigningRequest } from "#shared/domain/trust/signing-request.ts";
import { actorName } from "../../../components/actor-name.ts";
import { absoluteTime } from "../../../components/relative-time.ts";
import { StatusBadge } from "../../../components/status-badge.tsx";
import settings from "../settings.module.css";
import { Fingerprint } from "./fingerprint.tsx";
import { RequestActions } from "./request-actions.tsx";
import { RequestContents } from "./request-contents.tsx";
import { keyLabel, labelsOf, quorumProgress, requestLook, requestWords, type QuorumProgress } from "./request-words.ts";
import classes from "./trust.module.css";
import { StatusShape } from "../../../components/status-shape.tsx";

type RequestDrawerProps = {
  readonly request: SigningRequest | undefined;
  readonly keys: TrustStatus["keys"];
  readonly onClose: () => void;
};

/** One request to sign: its fingerprint, what it contains, who has signed, and every way to bring a signature. */
export function RequestDrawer({ request, keys, onClose }: RequestDrawerProps) {
  return (
    <Drawer
      opened={request !== undefined}
      onClose={onClose}
      position="right"
      size={680}
      title={request?.title ?? ""}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {request !== undefined && <OpenRequest request={request} keys={keys} />}
    </Drawer>
  );
}

function OpenRequest({ request, keys }: { readonly request: SigningRequest; readonly keys: TrustStatus["keys"] }) {
  const look = requestLook(request);
  const labels = labelsOf(keys, request);
  return (
    <div className={classes["request"]}>
      <div className={classes["stateLine"]}>
        <StatusBadge status={look.status} word={look.word} />
        <span className={settings["soft"]}>
          {requestWords(request)} · {absoluteTime(request.createdAt)} by {actorName(request.createdBy)}
          {request.draft > 1 && ` · draft ${request.draft}: another change was signed first, so it was drafted again`}
        </span>
      </div>
      {request.state === "open" && (
        <>
          <Fingerprint hex={request.fingerprint} name="Fingerprint of this draft" />
          <p className={settings["soft"]}>
            Every signer’s own tool shows the same digits before it signs. If yours differ, sign nothing and find out who stands between.
          </p>
        </>
      )}
      <h3>Signatures</h3>
      <ul className={classes["quorums"]}>
        {quorumProgress(request).map((one) => (
          <QuorumLine
            key={`${one.label}${one.threshold}${one.signed.join()}`}
            progress={one}
            labels={labels}
            isOpen={request.state === "open"}
          />
        ))}
      </ul>
      <RequestContents request={request} labels={labels} />
      {request.state === "open" && <RequestActions request={request} />}
    </div>
  );
}

type QuorumLineProps = { readonly progress: QuorumProgress; readonly labels: ReadonlyMap<string, string>; readonly isOpen: boolean };

function QuorumLine({ progress, labels, isOpen }: QuorumLineProps) {
  return (
    <li>
      <div>
        <strong>
          {progress.signed.length} of {progress.threshold}
        </strong>{" "}
        <span className={settings["soft"]}>{progress.label}</span>
      </div>
      <ul className={classes["signers"]}>
        {progress.signed.map((keyId) => (
          <li key={keyId} title={keyId}>
            <StatusShape status="healthy" size={14} label="Signed" /> {keyLabel(keyId, labels)}
          </li>
        ))}
        {isOpen &&
          progress.missing.map((keyId) => (
            <li key={keyId} title={keyId}>
              <StatusShape status="unknown" size={14} label="Not yet" /> {keyLabel(keyId, labels)}
            </li>
          ))}
      </ul>
    </li>
  );
}
