import { CopyLine } from "../../../components/copy-line.tsx";
import { digestGroups } from "./request-words.ts";
import classes from "./trust.module.css";

/** A digest large enough to be compared by eye or read out over the telephone. */
export function Fingerprint({ hex, name }: { readonly hex: string; readonly name: string }) {
  return (
    <figure className={classes["fingerprint"]}>
      <figcaption>{name}</figcaption>
      <div className={classes["groups"]} role="img" aria-label={digestGroups(hex).join(" ")} translate="no">
        {digestGroups(hex).map((group, at) => (
          <code key={`${at}-${group}`}>{group}</code>
        ))}
      </div>
      <CopyLine text={hex} what={name.toLowerCase()} />
    </figure>
  );
}
