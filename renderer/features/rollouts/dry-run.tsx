import { Checkbox } from "@mantine/core";
import { Link } from "wouter";
import type { RolloutPreview, RolloutRow } from "#shared/contract/rollouts.ts";
import { formatBytes, formatDuration } from "#shared/lib/format.ts";
import { CopyLine } from "../../components/copy-line.tsx";
import { ErrorPanel, type ShownError } from "../../components/error-panel.tsx";
import { StatusShape } from "../../components/status-shape.tsx";
import { exclusionsByReason, type Exclusion } from "./plan-draft.ts";
import classes from "./rollouts.module.css";

type DryRunProps = {
  readonly preview: RolloutPreview | undefined;
  /** True while a changed plan is judged and the last answer stands. */
  readonly isStale: boolean;
  readonly missing: string | undefined;
  readonly error: ShownError | null;
  /** Rollouts that this one would end. */
  readonly held: readonly RolloutRow[];
  readonly supersedes: boolean;
  readonly onSupersede: (on: boolean) => void;
  readonly cli: string | undefined;
};

/** The dry run: how many hosts, how long at the least, how much to download, and what would stand in the way. */
export function DryRun(props: DryRunProps) {
  const { preview, isStale, missing, error, cli } = props;
  return (
    <section className={classes["preview"]} aria-label="Dry run" aria-live="polite" data-stale={isStale}>
      <h3 className={classes["previewTitle"]}>Dry run</h3>
      {missing !== undefined && <p className={classes["faint"]}>{missing} Nothing is started by looking.</p>}
      {missing === undefined && error !== null && <ErrorPanel error={error} />}
      {missing === undefined && error === null && preview !== undefined && <DryRunFacts {...props} preview={preview} />}
      {cli !== undefined && (
        <details className={classes["cli"]}>
          <summary>The same from a shell</summary>
          <CopyLine text={cli} what="the command" />
        </details>
      )}
    </section>
  );
}

function DryRunFacts({ preview, held, supersedes, onSupersede }: DryRunProps & { readonly preview: RolloutPreview }) {
  return (
    <>
      <dl className={classes["sums"]}>
        <Sum name={preview.totalHosts === 1 ? "host" : "hosts"} value={preview.totalHosts.toLocaleString("en")} />
        <Sum name="at the least" value={formatDuration(preview.shortestMs)} />
        <Sum name="to download" value={formatBytes(preview.downloadBytes)} />
      </dl>
      <Exclusions preview={preview} />
      {preview.warnings.map((warning) => (
        <Note key={warning} text={warning} />
      ))}
      {preview.activeRolloutIds.length > 0 && (
        <div className={classes["held"]}>
          <Note
            text={preview.activeRolloutIds.length === 1 ? "Another rollout holds these groups:" : "Other rollouts hold these groups:"}
          />
          <ul>
            {held.map((one) => (
              <li key={one.id}>
                <Link className="rc-link" href={`/rollouts/${one.id}`}>
                  {one.title}
                </Link>
                , {one.state}
              </li>
            ))}
          </ul>
          <Checkbox
            size="xs"
            label={preview.activeRolloutIds.length === 1 ? "End it where it stands" : "End them where they stand"}
            description="It becomes superseded; hosts keep what they run until their wave of this one opens."
            checked={supersedes}
            onChange={(event) => onSupersede(event.currentTarget.checked)}
          />
        </div>
      )}
    </>
  );
}

function Sum({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dd className="rc-num">{value}</dd>
      <dt>{name}</dt>
    </div>
  );
}

const NAMED = 6;

function Exclusions({ preview }: { readonly preview: RolloutPreview }) {
  const reasons = exclusionsByReason(preview);
  const count = preview.waves.reduce((sum, wave) => sum + wave.excludedCount, 0);
  if (count === 0) return null;
  return (
    <details className={classes["exclusions"]} open={count <= NAMED}>
      <summary>
        {count} {count === 1 ? "host takes" : "hosts take"} no part
      </summary>
      <ul>
        {reasons.map((one) => (
          <ExclusionLine key={one.reason} exclusion={one} />
        ))}
      </ul>
    </details>
  );
}

function ExclusionLine({ exclusion: { reason, hosts } }: { readonly exclusion: Exclusion }) {
  const names = hosts.slice(0, NAMED).map((host) => host.hostName);
  return (
    <li>
      <strong>{reason}:</strong> {names.join(", ")}
      {hosts.length > NAMED && ` and ${hosts.length - NAMED} more`}
    </li>
  );
}

function Note({ text }: { readonly text: string }) {
  return (
    <p className={classes["warning"]}>
      <StatusShape status="paused" size={14} label="Note" />
      <span>{text}</span>
    </p>
  );
}
