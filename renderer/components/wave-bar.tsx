import classes from "./bars.module.css";

/** Hosts of a wave or a rollout by what became of them. */
export type WaveCounts = {
  readonly waiting: number;
  readonly updating: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly excluded: number;
};

const PARTS = [
  ["succeeded", "succeeded"],
  ["updating", "updating"],
  ["failed", "failed"],
  ["waiting", "waiting"],
  ["excluded", "excluded"],
] as const satisfies readonly (readonly [keyof WaveCounts, string])[];

/** The counts as one sentence, for screen readers and tooltips: "3 succeeded, 1 failed". */
export function describeCounts(counts: WaveCounts): string {
  const parts = PARTS.filter(([name]) => counts[name] > 0).map(([name, word]) => `${counts[name]} ${word}`);
  return parts.length === 0 ? "no hosts" : parts.join(", ");
}

/** A bar of the counts. Each part differs by pattern as well as by colour. */
export function WaveBar({
  counts,
  height = 8,
  share = 1,
}: {
  readonly counts: WaveCounts;
  readonly height?: number;
  /** How much of the bar the counts fill, 0 to 1; the rest is what has not opened yet. */
  readonly share?: number;
}) {
  const words = describeCounts(counts);
  const shown = PARTS.filter(([name]) => counts[name] > 0);
  const hosts = shown.reduce((sum, [name]) => sum + counts[name], 0);
  return (
    <div className={classes["bar"]} role="img" aria-label={words} title={words} style={{ height }}>
      {shown.map(([name]) => (
        <span key={name} className={classes["part"]} data-part={name} style={{ flexGrow: counts[name] }} />
      ))}
      {share < 1 && <span className={classes["part"]} style={{ flexGrow: hosts === 0 ? 1 : (hosts * (1 - share)) / share }} />}
    </div>
  );
}
