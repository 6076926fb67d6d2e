import { Button } from "@mantine/core";
import { IconUpload } from "@tabler/icons-react";
import { useRef, type ChangeEvent, type ReactNode } from "react";
import classes from "./file-drop.module.css";

/** Where files come in besides being dropped: dropping works everywhere on the window. */
export type FileDropProps = {
  readonly onFiles: (files: readonly File[]) => void;
  /** Opens a native dialog instead of the browser's, where there is one. */
  readonly onPick?: (() => void) | undefined;
  /** The line under the heading. */
  readonly children?: ReactNode;
  readonly compact?: boolean;
};

/** A place that says that files can be dropped, with a button for those who would rather choose. */
export function FileDrop({ onFiles, onPick, children, compact = false }: FileDropProps) {
  const input = useRef<HTMLInputElement>(null);
  const take = (event: ChangeEvent<HTMLInputElement>) => {
    const files = [...(event.currentTarget.files ?? [])];
    // Why: choosing the same file again must be a change.
    event.currentTarget.value = "";
    if (files.length > 0) onFiles(files);
  };
  const pick = onPick ?? (() => input.current?.click());
  return (
    <div className={classes["drop"]} data-compact={compact}>
      {!compact && (
        <span className={classes["icon"]} aria-hidden="true">
          <IconUpload size={24} stroke={1.6} />
        </span>
      )}
      <div className={classes["words"]}>
        <strong>{compact ? "Drop more files" : "Drop files anywhere on this window"}</strong>
        {children !== undefined && <div>{children}</div>}
      </div>
      <Button variant={compact ? "default" : "filled"} size={compact ? "compact-sm" : "sm"} onClick={pick}>
        Choose files
      </Button>
      <input ref={input} type="file" multiple hidden onChange={take} aria-label="Choose files" data-file-input />
    </div>
  );
}
