import { useState } from "react";

/** Something that is written with the revision that was read. */
export type Revised = { readonly revision: number };

/** A draft of something stored, and whether somebody else stored another version meanwhile. */
export type Draft<S extends Revised, D> = {
  readonly draft: D;
  readonly setDraft: (draft: D) => void;
  /** What the draft was made from; its revision is the one to write with. */
  readonly base: S;
  /** Somebody stored another version since. */
  readonly isStale: boolean;
  /** Drops the draft and begins from what is stored now. */
  readonly takeTheirs: () => void;
  /** Keeps the draft and means to write it over what is stored now. */
  readonly keepMine: () => void;
  /** After saving: what was answered is the new base. */
  readonly saved: (stored: S) => void;
};

/** Holds a draft against live updates: they never change what somebody is typing, they say that it is out of date. */
export function useDraft<S extends Revised, D>(stored: S, toDraft: (stored: S) => D): Draft<S, D> {
  const [base, setBase] = useState(stored);
  const [draft, setDraft] = useState(() => toDraft(stored));
  const begin = (from: S) => {
    setBase(from);
    setDraft(toDraft(from));
  };
  return {
    draft,
    setDraft,
    base,
    isStale: stored.revision > base.revision,
    takeTheirs: () => begin(stored),
    keepMine: () => setBase(stored),
    saved: begin,
  };
}
