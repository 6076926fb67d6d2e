import { createStore } from "zustand/vanilla";
import type { CoreState } from "#shared/contract/shell.ts";

/** How the control plane of this computer fares, as the desktop's shell last said; undefined in a browser. */
export const coreStore = createStore<{ readonly core: CoreState | undefined }>()(() => ({ core: undefined }));
