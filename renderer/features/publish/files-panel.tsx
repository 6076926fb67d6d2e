import type { ReleaseRow } from "#shared/contract/applications.ts";
import { FileDrop } from "../../components/file-drop.tsx";
import { Panel } from "../../components/panel.tsx";
import type { DraftFile } from "../../stores/publish-store.ts";
import { summarizeFiles } from "./file-look.ts";
import { FileRow } from "./file-row.tsx";
import classes from "./publish.module.css";
import type { FileTaking } from "./use-intake.ts";

type FilesPanelProps = {
  readonly files: readonly DraftFile[];
  readonly newest: ReleaseRow | undefined;
  readonly taking: FileTaking;
  readonly onPick: (() => void) | undefined;
  readonly isLocked: boolean;
};

/** The files of the release, one row each, and one line about all of them. */
export function FilesPanel({ files, newest, taking, onPick, isLocked }: FilesPanelProps) {
  return (
    <Panel title="Files" note={<span role="status">{summarizeFiles(files)}</span>} flush>
      <ul className={classes["files"]}>
        {files.map((file) => (
          <FileRow key={file.key} file={file} files={files} newest={newest} intake={taking.intake} isLocked={isLocked} />
        ))}
      </ul>
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
