import { createStore } from "zustand/vanilla";

type HelpState = { readonly isOpen: boolean; readonly open: () => void; readonly close: () => void };

/** Makes the store of whether the help dialog is open. */
export const createHelpStore = () =>
  createStore<HelpState>()((set) => ({ isOpen: false, open: () => set({ isOpen: true }), close: () => set({ isOpen: false }) }));

/** The help dialog of this window. */
export const helpStore = createHelpStore();
