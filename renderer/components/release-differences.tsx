import classes from "./release-differences.module.css";
import {
  entryWords,
  fileRows,
  runSpecRow,
  sizeWords,
  type DifferenceRow,
  type Differences,
  type FileDifference,
} from "./difference-words.ts";

type ReleaseDifferencesProps = {
  readonly differences: Differences;
  /** What the newer side is called: its version. */
  readonly after: string;
};

/** Two releases side by side: every file with what it needs and holds, then what a host runs. */
export function ReleaseDifferences({ differences, after }: ReleaseDifferencesProps) {
  const before = differences.against?.version ?? "before";
  return (
    <div className={classes["all"]}>
      {differences.files.map((file) => (
        <FileSection key={(file.after ?? file.before)?.platform} file={file} names={[before, after]} />
      ))}
      <section className={classes["section"]}>
        <h3>
          What a host runs <span>{differences.runSpec.length === 0 ? "unchanged" : ""}</span>
        </h3>
        {differences.runSpec.length > 0 && (
          <SideTable caption="Run spec" rows={differences.runSpec.map(runSpecRow)} names={[before, after]} />
        )}
      </section>
    </div>
  );
}

type Names = readonly [before: string, after: string];

function FileSection({ file, names }: { readonly file: FileDifference; readonly names: Names }) {
  const platform = (file.after ?? file.before)?.platform ?? "";
  const isUnread = [file.before, file.after].some((side) => side?.isRead === false);
  return (
    <section className={classes["section"]}>
      <h3>
        {platform} <span>{sizeWords(file)}</span>
      </h3>
      {!file.isSame && <SideTable caption={`Files for ${platform}`} rows={fileRows(file)} names={names} />}
      {isUnread && <p className={classes["note"]}>The earlier bytes are no longer kept here, so only name and size can be compared.</p>}
      <NameList title="Libraries" added={file.librariesAdded} removed={file.librariesRemoved} />
      {file.entries !== undefined && <EntryList entries={file.entries} />}
    </section>
  );
}

function SideTable({ caption, rows, names }: { readonly caption: string; readonly rows: readonly DifferenceRow[]; readonly names: Names }) {
  return (
    <table className={classes["table"]}>
      <caption hidden>{caption}</caption>
      <thead>
        <tr>
          <th scope="col">
            <span hidden>Fact</span>
          </th>
          <th scope="col">{names[0]}</th>
          <th scope="col">{names[1]}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.name} data-changed={row.isChanged}>
            <th scope="row">{row.name}</th>
            <td>{row.before === "" ? <span aria-label="none">–</span> : row.before}</td>
            <td>{row.after === "" ? <span aria-label="none">–</span> : row.after}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function NameList({
  title,
  added,
  removed,
}: {
  readonly title: string;
  readonly added: readonly string[];
  readonly removed: readonly string[];
}) {
  if (added.length + removed.length === 0) return null;
  return (
    <ul className={classes["names"]} aria-label={title}>
      {removed.map((name) => (
        <li key={`-${name}`} data-change="removed">
          {name} <span>no longer needed</span>
        </li>
      ))}
      {added.map((name) => (
        <li key={`+${name}`} data-change="added">
          {name} <span>needed from now on: hosts without it cannot start this</span>
        </li>
      ))}
    </ul>
  );
}

function EntryList({ entries }: { readonly entries: NonNullable<FileDifference["entries"]> }) {
  const { added, removed, changed, same, isWhole } = entries;
  return (
    <details className={classes["entries"]} open={entries.changes.length > 0 && entries.changes.length <= 20}>
      <summary>
        Entries: {added} added, {removed} removed, {changed} changed, {same} the same
        {!isWhole && "; only the first part of the archive was read"}
      </summary>
      <ul className={classes["names"]} aria-label="Entries">
        {entries.changes.map((one) => (
          <li key={one.path} data-change={one.before === undefined ? "added" : one.after === undefined ? "removed" : "changed"}>
            {one.path}{" "}
            <span>
              {one.before !== undefined && one.after !== undefined
                ? `${entryWords(one.before)} → ${entryWords(one.after)}`
                : entryWords(one.before ?? one.after)}
            </span>
          </li>
        ))}
      </ul>
      {entries.changes.length < added + removed + changed && (
        <p className={classes["note"]}>The first {entries.changes.length} are shown.</p>
      )}
    </details>
  );
}
