import { Link } from "wouter";
import type { ReleaseRow } from "#shared/contract/applications.ts";
import { keys } from "../../data/query-keys.ts";
import { useContractQuery } from "../../data/use-contract-query.ts";
import { StatusShape } from "../../components/status-shape.tsx";
import classes from "./application.module.css";
import { openRequestOf, signaturesLeft } from "./signing-words.ts";

/** Says that a release waits for people's signatures, and leads to them. */
export function SigningNotice({ release }: { readonly release: ReleaseRow }) {
  const requests =
    useContractQuery(keys.signingRequests(), (client, signal) => client.trust.listRequests(undefined, { signal })).data ?? [];
  const request = openRequestOf(requests, release.id);
  if (request === undefined) return null;
  const left = signaturesLeft(request);
  return (
    <div className={classes["notice"]}>
      <StatusShape status="paused" size={16} />
      <span>
        <strong>{left === 0 ? "Every signature is there" : `Waits for ${left} more ${left === 1 ? "signature" : "signatures"}`}.</strong>{" "}
        Uploads go on meanwhile; hosts see it once enough operators have signed.{" "}
        <Link className="rc-link" href={`/settings/trust?request=${request.id}`}>
          Open the request
        </Link>
      </span>
    </div>
  );
}
