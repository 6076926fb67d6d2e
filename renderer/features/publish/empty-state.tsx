import { CopyLine } from "../../components/copy-line.tsx";
import { Ordinal } from "../../components/ordinal.tsx";
import { FileDrop } from "../../components/file-drop.tsx";
import { StatusShape } from "../../components/status-shape.tsx";
import type { LeftOut } from "../../data/read-drop.ts";
import { leftOutWords } from "./left-out-words.ts";
import classes from "./publish.module.css";
import { PUBLISH_CLI } from "./view-model.ts";

type EmptyPublishProps = {
  readonly onFiles: (files: readonly File[]) => void;
  readonly onPick: (() => void) | undefined;
  /** What a drop brought that could not be taken, so that an empty page has a reason. */
  readonly leftOut: readonly LeftOut[];
};

const STEPS = [
  ["Drop", "One program for each platform. It is hashed here and uploaded; the control plane verifies every byte."],
  ["Check", "Version, platform and what a host runs are guessed from the files. You have the last word."],
  ["Publish", "The manifest is signed and stored. No host gets it until you start a rollout or move a channel."],
] as const;

/** The publish screen before anything was dropped: what will happen, in three steps. */
export function EmptyPublish({ onFiles, onPick, leftOut }: EmptyPublishProps) {
  return (
    <div className={classes["empty"]}>
      <FileDrop onFiles={onFiles} onPick={onPick}>
        Linux, macOS and Windows programs and scripts. Drop one file for each platform of the same version, or the whole folder.
      </FileDrop>
      {leftOut.length > 0 && (
        <p role="status">
          <StatusShape status="paused" size={14} /> Nothing was taken from the drop. {leftOutWords(leftOut).join(" ")}
        </p>
      )}
      <ol className={classes["teach"]}>
        {STEPS.map(([title, text], at) => (
          <li key={title}>
            <Ordinal>{at + 1}</Ordinal>
            <strong>{title}</strong>
            <p>{text}</p>
          </li>
        ))}
      </ol>
      <div className={classes["shell"]}>
        <span className={classes["faint"]}>or from a shell or a pipeline</span>
        <CopyLine text={PUBLISH_CLI} what="the command" />
      </div>
    </div>
  );
}
