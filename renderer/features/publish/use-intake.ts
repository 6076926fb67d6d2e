import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { useStore } from "zustand";
import type { ContractClient } from "#shared/contract/index.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { useClient } from "../../data/client-context.tsx";
import type { Drop, DroppedFile } from "../../data/read-drop.ts";
import { desktopShell } from "../../data/shell.ts";
import { droppedFilesStore } from "../../stores/dropped-files-store.ts";
import { publishStore, type FileSource } from "../../stores/publish-store.ts";
import { Intake } from "./intake.ts";
import { guardLeaving } from "./leave-guard.ts";
import { draftFile, newFiles } from "./take-files.ts";

/** One intake a client, kept while other screens are shown. */
const intakes = new WeakMap<ContractClient, Intake>();

/** What the publish screen does with files. */
export type FileTaking = {
  readonly intake: Intake;
  readonly addFiles: (files: readonly File[]) => void;
  readonly addDrop: (drop: Drop) => void;
  readonly addPaths: (paths: readonly string[]) => void;
};

/** The intake of this window, fed with what is dropped anywhere on it. */
export function useIntake(): FileTaking {
  const client = useClient();
  const queries = useQueryClient();
  const isDropped = useStore(droppedFilesStore, (state) => state.files.length + state.leftOut.length > 0);
  const taking = useMemo(() => {
    const intake = intakes.get(client) ?? new Intake(client, queries);
    if (!intakes.has(client)) guardLeaving();
    intakes.set(client, intake);
    return takingOf(intake);
  }, [client, queries]);
  useEffect(() => {
    if (isDropped) taking.addDrop(droppedFilesStore.getState().take());
  }, [isDropped, taking]);
  return taking;
}

function takingOf(intake: Intake): FileTaking {
  const add = (sources: readonly FileSource[]) => {
    const { files, run, reset } = publishStore.getState();
    const isOver = run.state === "done" || run.state === "under-way";
    if (isOver) reset();
    const added = newFiles(isOver ? [] : files, sources).map((source) => draftFile(source, crypto.randomUUID()));
    publishStore.getState().addFiles(added);
    for (const file of added) {
      if (isPathless(file.source)) publishStore.getState().changeFile(file.key, (one) => ({ ...one, state: pathless(one.fileName) }));
      else intake.start(file.key);
    }
  };
  return {
    intake,
    addFiles: (files) => add(files.map((file) => sourceOf({ file, folder: "" }))),
    addDrop: ({ files, leftOut }) => {
      if (files.length > 0) add(files.map(sourceOf));
      publishStore.getState().noteLeftOut(leftOut);
    },
    addPaths: (paths) => add(paths.map((path) => ({ kind: "path", path }))),
  };
}

/** On the desktop a file is known by its path, so that its bytes need not travel. */
function sourceOf({ file, folder }: DroppedFile): FileSource {
  const path = desktopShell()?.pathForFile(file) ?? "";
  return path === "" ? { kind: "file", file, folder } : { kind: "path", path };
}

/** The desktop has no way to receive bytes: what is on no disk cannot be taken. */
const isPathless = (source: FileSource): boolean => desktopShell() !== undefined && source.kind === "file";

const pathless = (name: string) => ({
  phase: "failed" as const,
  error: new AppError("ARTIFACT_UNREADABLE", `${name} is on no disk of this computer; save it first, then drop it again.`),
});
