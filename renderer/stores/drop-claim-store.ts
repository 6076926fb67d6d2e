import { useEffect, useRef } from "react";
import { createStore } from "zustand/vanilla";

/** What the overlay says while files are over the window. */
export type DropWords = { readonly title: string; readonly text: string };

/** A view that takes dropped files itself, instead of the publish screen. */
export type DropClaim = DropWords & { readonly take: (files: readonly File[]) => void };

type DropClaimState = {
  /** The newest claim is the one that counts. */
  readonly claims: readonly DropClaim[];
  /** Registers a claim and returns how to take it back. */
  readonly register: (claim: DropClaim) => () => void;
};

/** Makes the store of who takes what is dropped on the window. */
export const createDropClaimStore = () =>
  createStore<DropClaimState>()((set) => ({
    claims: [],
    register: (claim) => {
      set((state) => ({ claims: [...state.claims, claim] }));
      return () => set((state) => ({ claims: state.claims.filter((one) => one !== claim) }));
    },
  }));

/** The claims of this window. */
export const dropClaimStore = createDropClaimStore();

/** Takes what is dropped anywhere on the window while the calling component is on screen; without words it takes nothing. */
export function useDropClaim(words: DropWords | undefined, take: (files: readonly File[]) => void): void {
  const latest = useRef(take);
  useEffect(() => {
    latest.current = take;
  });
  useEffect(() => {
    if (words === undefined) return;
    return dropClaimStore.getState().register({ ...words, take: (files) => latest.current(files) });
  }, [words]);
}
