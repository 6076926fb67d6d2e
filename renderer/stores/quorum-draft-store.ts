import { createStore } from "zustand/vanilla";
import type { OperatorKey } from "#shared/domain/trust/trust-key.ts";

/** The operators as somebody is putting them together; kept while other screens are shown. */
export type QuorumDraft = { readonly keys: readonly OperatorKey[]; readonly threshold: number };

type QuorumDraftState = QuorumDraft & {
  readonly addKey: (key: OperatorKey) => void;
  readonly removeKey: (publicKey: string) => void;
  readonly setThreshold: (threshold: number) => void;
  readonly begin: (draft: QuorumDraft) => void;
};

const NOBODY: QuorumDraft = { keys: [], threshold: 2 };

/** Makes the store of the quorum that is being put together. A key that is added twice stands once. */
export const createQuorumDraftStore = () =>
  createStore<QuorumDraftState>()((set) => ({
    ...NOBODY,
    addKey: (key) => set((state) => ({ keys: [...state.keys.filter((one) => one.publicKey !== key.publicKey), key] })),
    removeKey: (publicKey) => set((state) => ({ keys: state.keys.filter((one) => one.publicKey !== publicKey) })),
    setThreshold: (threshold) => set({ threshold }),
    begin: (draft) => set(draft),
  }));

/** The quorum draft of this window. */
export const quorumDraftStore = createQuorumDraftStore();
