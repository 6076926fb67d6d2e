import classes from "./bars.module.css";

/** How many hosts run a version. */
export type VersionShare = { readonly version: string; readonly hosts: number };

/** The shares as one sentence: "1.4.2 on 8 hosts, 1.5.0 on 2 hosts". */
export function describeShares(shares: readonly VersionShare[]): string {
  if (shares.length === 0) return "no host reports a version";
  return shares.map((share) => `${share.version} on ${share.hosts} ${share.hosts === 1 ? "host" : "hosts"}`).join(", ");
}

/** Which versions run where, the target in full ink and the others fainter. */
export function VersionBar({
  shares,
  target,
  height = 6,
}: {
  readonly shares: readonly VersionShare[];
  readonly target?: string | undefined;
  readonly height?: number;
}) {
  const words = describeShares(shares);
  const ordered = [...shares].sort((left, right) => Number(right.version === target) - Number(left.version === target));
  return (
    <div className={classes["bar"]} role="img" aria-label={words} title={words} style={{ height }}>
      {ordered.map((share, at) => (
        <span
          key={share.version}
          className={classes["part"]}
          data-rank={share.version === target ? "target" : at % 3}
          style={{ flexGrow: share.hosts }}
        />
      ))}
    </div>
  );
}
