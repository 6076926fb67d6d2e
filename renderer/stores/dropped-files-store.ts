import { createStore } from "zustand/vanilla";

type DroppedFilesState = {
  /** Files dropped anywhere on the window and not yet taken by the publish screen. */
  readonly files: readonly File[];
  readonly drop: (files: readonly File[]) => void;
  /** Hands the files over, once. */
  readonly take: () => readonly File[];
};

/** Makes the store that carries dropped files from the shell's overlay to the publish screen. */
export const createDroppedFilesStore = () =>
  createStore<DroppedFilesState>()((set, get) => ({
    files: [],
    drop: (files) => set((state) => ({ files: [...state.files, ...files] })),
    take: () => {
      const { files } = get();
      if (files.length > 0) set({ files: [] });
      return files;
    },
  }));

/** The files dropped on this window. */
export const droppedFilesStore = createDroppedFilesStore();
