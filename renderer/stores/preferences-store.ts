import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import { createJSONStorage, persist, type StateStorage } from "zustand/middleware";

/** What one person likes, kept in this browser. */
export type Preferences = {
  /** Single-letter keys such as `g h` and `j`. People who use speech input turn them off (WCAG 2.1.4). */
  readonly letterKeys: boolean;
  /** Command ids, newest first, for the palette. */
  readonly recentCommands: readonly string[];
  /** Whether deltas were made the last time that somebody chose; undefined goes by where the control plane runs. */
  readonly makesDeltas?: boolean | undefined;
};

type PreferenceActions = {
  readonly setLetterKeys: (on: boolean) => void;
  readonly ranCommand: (id: string) => void;
  readonly setMakesDeltas: (on: boolean) => void;
};

const RECENT_LIMIT = 6;

/** Makes the store of preferences over a storage, which is asked for only here, so that tests bring their own. */
export const createPreferencesStore = (storage: () => StateStorage) =>
  createStore<Preferences & PreferenceActions>()(
    persist(
      (set) => ({
        letterKeys: true,
        recentCommands: [],
        makesDeltas: undefined,
        setMakesDeltas: (makesDeltas) => set({ makesDeltas }),
        setLetterKeys: (letterKeys) => set({ letterKeys }),
        ranCommand: (id) =>
          set((state) => ({ recentCommands: [id, ...state.recentCommands.filter((one) => one !== id)].slice(0, RECENT_LIMIT) })),
      }),
      {
        name: "rollcall.preferences",
        version: 1,
        storage: createJSONStorage(storage),
        partialize: ({ letterKeys, recentCommands, makesDeltas }) => ({ letterKeys, recentCommands, makesDeltas }),
      },
    ),
  );

/** The preferences of this browser. */
export const preferencesStore = createPreferencesStore(() => window.localStorage);

/** Whether single-letter keys are on. */
export function useLetterKeys(): boolean {
  return useStore(preferencesStore, (state) => state.letterKeys);
}
