import classes from "./version-tag.module.css";

/** A version, in figures that line up. `tone` "quiet" is for the version that something comes from. */
export function VersionTag({ version, tone = "plain" }: { readonly version: string | undefined; readonly tone?: "plain" | "quiet" }) {
  if (version === undefined) return <span className={classes["none"]}>none</span>;
  return (
    <span className={classes["tag"]} data-tone={tone} translate="no">
      {version}
    </span>
  );
}
