import { createStore } from "zustand/vanilla";
import type { Drop } from "../data/read-drop.ts";

type DroppedFilesState = Drop & {
  readonly drop: (dropped: Drop) => void;
  /** Hands over what was dropped anywhere on the window and not yet taken by the publish screen, once. */
  readonly take: () => Drop;
};

/** Makes the store that carries dropped files from the shell's overlay to the publish screen. */
export const createDroppedFilesStore = () =>
  createStore<DroppedFilesState>()((set, get) => ({
    files: [],
    leftOut: [],
    drop: ({ files, leftOut }) => set((state) => ({ files: [...state.files, ...files], leftOut: [...state.leftOut, ...leftOut] })),
    take: () => {
      const { files, leftOut } = get();
      if (files.length + leftOut.length > 0) set({ files: [], leftOut: [] });
      return { files, leftOut };
    },
  }));

/** The files dropped on this window. */
export const droppedFilesStore = createDroppedFilesStore();
