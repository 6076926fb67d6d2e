import type { RolloutPreview } from "#shared/contract/rollouts.ts";
import { formatBytes, formatDuration } from "#shared/lib/format.ts";
import { ErrorPanel, type ShownError } from "../../components/error-panel.tsx";
import { StatusShape } from "../../components/status-shape.tsx";
import classes from "./rollouts.module.css";

type PreviewPanelProps = {
  readonly preview: RolloutPreview | undefined;
  readonly missing: string | undefined;
  readonly error: ShownError | null;
};

/** The dry run: which hosts, how long at the least, how much to download, and what would stand in the way. */
export function PreviewPanel({ preview, missing, error }: PreviewPanelProps) {
  return (
    <section className={classes["preview"]} aria-label="Dry run" aria-live="polite">
      <h3 className={classes["previewTitle"]}>Dry run</h3>
      {missing !== undefined && <p className={classes["faint"]}>{missing}</p>}
      {error !== null && missing === undefined && <ErrorPanel error={error} />}
      {preview !== undefined && <PreviewFacts preview={preview} />}
    </section>
  );
}

function PreviewFacts({ preview }: { readonly preview: RolloutPreview }) {
  return (
    <>
      <p className={classes["previewSum"]}>
        <strong>{preview.totalHosts === 1 ? "1 host" : `${preview.totalHosts} hosts`}</strong>, at least{" "}
        {formatDuration(preview.shortestMs)}, {formatBytes(preview.downloadBytes)} to download
      </p>
      <ol className={classes["previewWaves"]}>
        {preview.waves.map((wave, at) => (
          <li key={`${at}${wave.groupId}`}>
            <div className={classes["previewWave"]}>
              <span>{wave.groupName}</span>
              <span className="rc-num">{wave.hosts === 1 ? "1 host" : `${wave.hosts} hosts`}</span>
            </div>
            {wave.excluded.slice(0, 3).map((host) => (
              <div key={host.hostId} className={classes["faint"]}>
                without {host.hostName}: {host.reason}
              </div>
            ))}
            {wave.excludedCount > 3 && <div className={classes["faint"]}>and {wave.excludedCount - 3} more excluded</div>}
          </li>
        ))}
      </ol>
      {preview.activeRolloutIds.length > 0 && (
        <Warning
          text={
            preview.activeRolloutIds.length === 1
              ? "A rollout holds these groups now; starting this one ends it as superseded."
              : `${preview.activeRolloutIds.length} rollouts hold these groups now; starting this one ends them as superseded.`
          }
        />
      )}
      {preview.warnings.map((warning) => (
        <Warning key={warning} text={warning} />
      ))}
    </>
  );
}

function Warning({ text }: { readonly text: string }) {
  return (
    <p className={classes["warning"]}>
      <StatusShape status="paused" size={14} label="Note" />
      <span>{text}</span>
    </p>
  );
}
