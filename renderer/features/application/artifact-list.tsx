import type { ReleaseRow } from "#shared/contract/applications.ts";
import { formatBytes } from "#shared/lib/format.ts";
import { deltaShare } from "#shared/domain/release/delta-words.ts";
import { deltasOf } from "#shared/domain/release/tree-delta.ts";
import { CopyLine } from "../../components/copy-line.tsx";
import classes from "./application.module.css";

type Artifact = ReleaseRow["artifacts"][number];

/** The files of a release with their digests to copy: the SHA-256 in sight, the others a click away. */
export function ArtifactList({ artifacts }: { readonly artifacts: readonly Artifact[] }) {
  return (
    <ul className={classes["artifacts"]}>
      {artifacts.map((one) => (
        <li key={one.id} className={classes["artifact"]}>
          <div className={classes["artifactHead"]}>
            <strong>{one.platform}</strong>
            <span className={classes["artifactFile"]} title={one.fileName}>
              {one.fileName}
            </span>
            <span className={classes["faint"]}>
              {one.format} · {formatBytes(one.sizeBytes)}
            </span>
          </div>
          <CopyLine text={`sha256:${one.digests.sha256}`} what={`the SHA-256 of ${one.fileName}`} />
          {deltasOf(one).length > 0 && <Deltas artifact={one} />}
          <details className={classes["more"]}>
            <summary>SHA-1 and SHA-512</summary>
            <div className={classes["digests"]}>
              <CopyLine text={`sha1:${one.digests.sha1}`} what={`the SHA-1 of ${one.fileName}`} />
              <CopyLine text={`sha512:${one.digests.sha512}`} what={`the SHA-512 of ${one.fileName}`} />
            </div>
          </details>
        </li>
      ))}
    </ul>
  );
}

function Deltas({ artifact }: { readonly artifact: Artifact }) {
  return (
    <ul className={classes["deltas"]} aria-label={`Deltas to ${artifact.fileName}`}>
      {deltasOf(artifact).map((delta) => (
        <li key={delta.from.sha256}>
          <span>
            Delta from <strong>{delta.from.version}</strong>
            {delta.codec === "tree" && ", file by file"}
          </span>
          <span className="rc-num">
            {formatBytes(delta.sizeBytes)} · {deltaShare(delta.sizeBytes, artifact.sizeBytes)}
          </span>
        </li>
      ))}
    </ul>
  );
}
