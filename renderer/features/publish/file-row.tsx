import { ActionIcon, Button, TagsInput, Tooltip } from "@mantine/core";
import { IconPlayerPause, IconPlayerPlay, IconRefresh, IconX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { KnownBytes, ReleaseRow } from "#shared/contract/applications.ts";
import { formatBytes } from "#shared/lib/format.ts";
import { PLATFORM_CHOICES } from "../../components/platform-choices.ts";
import { ProgressTrack } from "../../components/progress-track.tsx";
import { StatusShape } from "../../components/status-shape.tsx";
import { publishStore, type DraftFile } from "../../stores/publish-store.ts";
import { fileLook, type FileLook } from "./file-look.ts";
import type { Intake } from "./intake.ts";
import classes from "./publish.module.css";
import { compareWithNewest, contestedPlatforms, platformProblem, platformsOf, sameBytesAs, settleFor } from "./view-model.ts";

type FileRowProps = {
  readonly file: DraftFile;
  readonly files: readonly DraftFile[];
  readonly newest: ReleaseRow | undefined;
  /** Releases that hold bytes of this draft already. */
  readonly known: readonly KnownBytes[];
  readonly intake: Intake;
  /** True while publishing has begun: nothing can be changed then. */
  readonly isLocked: boolean;
};

/** One file: what it is, how far it is, what it runs on, and what is wrong with it, all in its place. */
export function FileRow({ file, files, newest, known, intake, isLocked }: FileRowProps) {
  const look = fileLook(file);
  const folder = file.source.kind === "file" ? (file.source.folder ?? "") : "";
  const facts = [
    ...(folder === "" ? [] : [`in ${folder}`]),
    file.inspection?.kind,
    ...(file.sizeBytes === undefined ? [] : [formatBytes(file.sizeBytes)]),
    sameBytesAs(file, files, known),
    compareWithNewest(file, newest),
  ].filter((one) => one !== undefined);
  return (
    <li className={classes["file"]} data-phase={file.state.phase}>
      <StatusShape status={look.status} size={18} label={look.words} />
      <div className={classes["fileBody"]}>
        <div className={classes["fileName"]} title={file.fileName}>
          {file.fileName}
        </div>
        <div className={classes["fileFacts"]}>{facts.join(" · ")}</div>
        <FileProgress look={look} />
      </div>
      <PlatformField file={file} files={files} isLocked={isLocked} />
      <FileVerbs file={file} intake={intake} isLocked={isLocked} />
      <FileNotes file={file} files={files} intake={intake} isLocked={isLocked} />
    </li>
  );
}

function FileProgress({ look }: { readonly look: FileLook }) {
  if (look.steps.length === 0) return null;
  return (
    <div className={classes["progress"]}>
      <div className={classes["progressWords"]}>
        <ol className={classes["steps"]}>
          {look.steps.map((step) => (
            <li key={step.name} data-status={step.status}>
              <StatusShape status={step.status} size={12} /> {step.name}
            </li>
          ))}
        </ol>
        <span className="rc-num">
          {look.words}
          {look.pace !== undefined && <span className={classes["faint"]}> · {look.pace}</span>}
        </span>
      </div>
      {look.fraction !== undefined && <ProgressTrack share={look.fraction} label={look.words} status={look.status} />}
    </div>
  );
}

type PlatformFieldProps = Pick<FileRowProps, "file" | "files" | "isLocked">;

function PlatformField({ file, files, isLocked }: PlatformFieldProps) {
  const platforms = platformsOf(file);
  const isKnown = file.inspection !== undefined && file.state.phase !== "failed";
  const problem = isKnown ? platformProblem(file, files) : undefined;
  const set = (value: readonly string[]) => publishStore.getState().changeFile(file.key, (one) => ({ ...one, platforms: value }));
  return (
    <TagsInput
      className={classes["platform"] ?? ""}
      size="xs"
      classNames={{ inputField: classes["platformInput"] ?? "", description: classes["small"] ?? "", error: classes["small"] ?? "" }}
      aria-label={`Platforms of ${file.fileName}`}
      placeholder={(platforms.value ?? []).length === 0 ? "Choose a platform" : ""}
      description={problem !== undefined || platforms.from === "" ? undefined : platforms.from}
      inputWrapperOrder={["input", "description", "error"]}
      data={PLATFORM_CHOICES}
      value={[...(platforms.value ?? [])]}
      onChange={set}
      maxTags={8}
      error={problem}
      disabled={isLocked}
      comboboxProps={{ width: 200, position: "bottom-start" }}
    />
  );
}

/** Gives the contested platforms to one file; another that is left with none is taken out. */
function prefer(file: DraftFile, files: readonly DraftFile[], intake: Intake): void {
  for (const [key, platforms] of settleFor(file, files)) {
    if (platforms.length === 0) intake.remove(key);
    else publishStore.getState().changeFile(key, (one) => ({ ...one, platforms }));
  }
}

type VerbProps = { readonly label: string; readonly onClick: () => void; readonly children: ReactNode };

function Verb({ label, onClick, children }: VerbProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" size="md" aria-label={label} onClick={onClick}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}

function FileVerbs({ file, intake, isLocked }: Pick<FileRowProps, "file" | "intake" | "isLocked">) {
  const { phase } = file.state;
  return (
    <div className={classes["fileVerbs"]}>
      {phase === "sending" && (
        <Verb label={`Pause ${file.fileName}`} onClick={() => intake.pause(file.key)}>
          <IconPlayerPause size={16} />
        </Verb>
      )}
      {phase === "paused" && (
        <Verb label={`Resume ${file.fileName}`} onClick={() => void intake.resume(file.key)}>
          <IconPlayerPlay size={16} />
        </Verb>
      )}
      {phase === "failed" && (
        <Verb label={`Try ${file.fileName} again`} onClick={() => intake.retry(file.key)}>
          <IconRefresh size={16} />
        </Verb>
      )}
      {!isLocked && (
        <Verb label={`Take ${file.fileName} out`} onClick={() => intake.remove(file.key)}>
          <IconX size={16} />
        </Verb>
      )}
    </div>
  );
}

function FileNotes({ file, files, intake, isLocked }: Pick<FileRowProps, "file" | "files" | "intake" | "isLocked">) {
  const advice = file.inspection?.advice ?? [];
  const contested = isLocked ? [] : contestedPlatforms(file, files);
  if (file.state.phase !== "failed" && advice.length === 0 && contested.length === 0) return null;
  return (
    <div className={classes["fileNotes"]}>
      {file.state.phase === "failed" && (
        <p className={classes["problem"]} role="alert">
          {file.state.error.message} <span className={classes["soft"]}>{file.state.error.next}</span> <code>{file.state.error.code}</code>
        </p>
      )}
      {contested.length > 0 && (
        <p className={classes["advice"]}>
          <StatusShape status="failed" size={13} label="Conflict" /> Another file is for {contested.join(" and ")} as well.{" "}
          <Button size="compact-xs" variant="default" onClick={() => prefer(file, files, intake)}>
            Use this one
          </Button>
        </p>
      )}
      {advice.map((text) => (
        <p key={text} className={classes["advice"]}>
          <StatusShape status="paused" size={13} label="Advice" /> {text}
        </p>
      ))}
    </div>
  );
}
