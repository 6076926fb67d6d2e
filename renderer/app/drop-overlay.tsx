import { IconUpload } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useLocation } from "wouter";
import { useStore } from "zustand";
import { AppError } from "#shared/errors/app-error.ts";
import { readDrop } from "../data/read-drop.ts";
import { dropClaimStore } from "../stores/drop-claim-store.ts";
import { droppedFilesStore } from "../stores/dropped-files-store.ts";
import { showActionError } from "./action-error-toast.tsx";
import classes from "./drop-overlay.module.css";
import { hasFeature } from "./routes.tsx";

const showUnreadable = (): void =>
  showActionError(new AppError("ARTIFACT_UNREADABLE", "The drop could not be read; nothing was taken from it."), "Nothing was taken in.");

const carriesFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;

const PUBLISH = {
  title: "Drop to publish",
  text: "Nothing reaches a host yet: you check version and platform, then publish, then roll out.",
} as const;

/** Files may be dropped anywhere: the overlay says what will happen, the view that claims them, else the publish screen, takes them over. */
export function DropOverlay() {
  const [, navigate] = useLocation();
  const [isOver, setOver] = useState(false);
  const words = useStore(dropClaimStore, (state) => state.claims.at(-1)) ?? PUBLISH;
  useEffect(() => {
    if (!hasFeature("publish")) return;
    let depth = 0;
    const track = (change: number) => (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      depth = Math.max(0, depth + change);
      setOver(depth > 0);
    };
    const allow = (event: DragEvent) => carriesFiles(event) && event.preventDefault();
    const drop = (event: DragEvent) => {
      depth = 0;
      setOver(false);
      if (event.defaultPrevented || event.dataTransfer === null || !carriesFiles(event)) return;
      event.preventDefault();
      const claim = dropClaimStore.getState().claims.at(-1);
      if (claim !== undefined) return claim.take([...event.dataTransfer.files]);
      void readDrop(event.dataTransfer).then((dropped) => {
        droppedFilesStore.getState().drop(dropped);
        if (location.pathname !== "/publish") navigate("/publish");
      }, showUnreadable);
    };
    const ended = new AbortController();
    addEventListener("dragenter", track(1), ended);
    addEventListener("dragleave", track(-1), ended);
    addEventListener("dragover", allow, ended);
    addEventListener("drop", drop, ended);
    return () => ended.abort();
  }, [navigate]);
  if (!isOver) return null;
  return (
    <div className={classes["overlay"]} data-drop-overlay>
      <div className={classes["card"]}>
        <IconUpload size={26} stroke={1.6} />
        <strong>{words.title}</strong>
        <span>{words.text}</span>
      </div>
    </div>
  );
}
