import type { SigningRequest } from "#shared/domain/trust/signing-request.ts";
import type { ExplanationLine } from "#shared/domain/trust/reading/explanation.ts";
import { formatBytes } from "#shared/lib/format.ts";
import { Answer } from "../../../components/answer.tsx";
import { ErrorPanel } from "../../../components/error-panel.tsx";
import { StatusShape } from "../../../components/status-shape.tsx";
import { keys } from "../../../data/query-keys.ts";
import { useContractQuery } from "../../../data/use-contract-query.ts";
import settings from "../settings.module.css";
import { documentsInForce } from "./documents-in-force.ts";
import { readRequestFile } from "./explain-file.ts";
import classes from "./trust.module.css";

type RequestContentsProps = { readonly request: SigningRequest; readonly labels: ReadonlyMap<string, string> };

/** What a request holds: in words, read from the documents themselves, then document by document. */
export function RequestContents({ request, labels }: RequestContentsProps) {
  const isOpen = request.state === "open";
  const read = useContractQuery(
    keys.signingRequestFile(request.id, request.draft),
    async (client, signal) => {
      const [file, { files }] = await Promise.all([
        client.trust.exportRequest({ signingRequestId: request.id }, { signal }),
        client.trust.export(undefined, { signal }),
      ]);
      return readRequestFile(file, documentsInForce(files, labels), Date.now());
    },
    { enabled: isOpen },
  );
  return (
    <>
      {isOpen && (
        <>
          <h3>What it would change</h3>
          <Answer of={read} lines={3}>
            {(found) =>
              "refusal" in found ? (
                <ErrorPanel error={found.refusal} notDone="Do not sign this request." />
              ) : (
                <Lines lines={found.explanation.lines} />
              )
            }
          </Answer>
          <p className={settings["soft"]}>
            Read from the documents by this page, against those in force here. Your own signer reads them again; believe that one.
          </p>
        </>
      )}
      <details className={classes["documents"]}>
        <summary>{request.documents.length === 1 ? "1 document" : `${request.documents.length} documents`}</summary>
        <ul>
          {request.documents.map((one) => (
            <li key={one.name}>
              <div>
                <strong translate="no">{one.name}</strong>{" "}
                <span className={settings["soft"]}>
                  {formatBytes(one.sizeBytes)}, signed by {one.signedBy.length === 1 ? "1 key" : `${one.signedBy.length} keys`}
                </span>
              </div>
              <code translate="no">{one.sha256}</code>
            </li>
          ))}
        </ul>
      </details>
    </>
  );
}

function Lines({ lines }: { readonly lines: readonly ExplanationLine[] }) {
  return (
    <ul className={classes["lines"]}>
      {lines.map((line) => (
        <li key={line.text} data-tone={line.tone}>
          {line.tone === "warning" && <StatusShape status="failed" size={15} label="Warning" />}
          <span>{line.text}</span>
        </li>
      ))}
    </ul>
  );
}
