import { Button } from "@mantine/core";
import type { KnownBytes, ReleaseRow } from "#shared/contract/applications.ts";
import { FileDrop } from "../../components/file-drop.tsx";
import { Panel } from "../../components/panel.tsx";
import { keys } from "../../data/query-keys.ts";
import type { LeftOut } from "../../data/read-drop.ts";
import { useContractQuery } from "../../data/use-contract-query.ts";
import type { DraftFile } from "../../stores/publish-store.ts";
import { summarizeFiles } from "./file-look.ts";
import { FileRow } from "./file-row.tsx";
import { leftOutWords } from "./left-out-words.ts";
import classes from "./publish.module.css";
import type { FileTaking } from "./use-intake.ts";
import { unplacedFiles } from "./view-model.ts";

type FilesPanelProps = {
  readonly files: readonly DraftFile[];
  readonly leftOut: readonly LeftOut[];
  readonly newest: ReleaseRow | undefined;
  readonly taking: FileTaking;
  readonly onPick: (() => void) | undefined;
  readonly isLocked: boolean;
};

/** The files of the release, one row each, and one line about all of them. */
export function FilesPanel({ files, leftOut, newest, taking, onPick, isLocked }: FilesPanelProps) {
  const known = useKnownBytes(files);
  return (
    <Panel title="Files" note={<span role="status">{summarizeFiles(files)}</span>} flush>
      <ul className={classes["files"]}>
        {files.map((file) => (
          <FileRow key={file.key} file={file} files={files} newest={newest} known={known} intake={taking.intake} isLocked={isLocked} />
        ))}
      </ul>
      <DropNotes leftOut={leftOut} unplaced={isLocked ? [] : unplacedFiles(files)} onTakeOut={(key) => taking.intake.remove(key)} />
      {!isLocked && (
        <div className={classes["more"]}>
          <FileDrop compact onFiles={taking.addFiles} onPick={onPick}>
            for other platforms of the same version
          </FileDrop>
        </div>
      )}
    </Panel>
  );
}

/** Asks once for every file whose digest is known, while nothing of it has been sent yet. */
function useKnownBytes(files: readonly DraftFile[]): readonly KnownBytes[] {
  const sha256 = [...new Set(files.flatMap((file) => (file.sha256 === undefined ? [] : [file.sha256])))].toSorted().slice(0, 64);
  const read = useContractQuery(keys.knownBytes(sha256), (client, signal) => client.uploads.recognize({ sha256 }, { signal }), {
    enabled: sha256.length > 0,
    keepsLast: true,
  });
  return sha256.length === 0 ? [] : (read.data ?? []);
}

type DropNotesProps = {
  readonly leftOut: readonly LeftOut[];
  readonly unplaced: readonly DraftFile[];
  readonly onTakeOut: (key: string) => void;
};

/** What a folder brought along that is no part of a release. */
function DropNotes({ leftOut, unplaced, onTakeOut }: DropNotesProps) {
  if (leftOut.length === 0 && unplaced.length < 2) return null;
  const takeAll = () => {
    for (const file of unplaced) onTakeOut(file.key);
  };
  return (
    <div className={classes["dropNotes"]}>
      {leftOutWords(leftOut).map((text) => (
        <p key={text}>{text}</p>
      ))}
      {unplaced.length > 1 && (
        <p>
          {unplaced.length} files have no platform.{" "}
          <Button size="compact-xs" variant="default" onClick={takeAll}>
            Take them out
          </Button>
        </p>
      )}
    </div>
  );
}
