/** The five words a status can be. Each has a shape and a colour of its own; severities roll up to the worst. */
export type Status = "healthy" | "progressing" | "paused" | "failed" | "unknown";

/** Page backgrounds that the status colours were chosen against. */
export const STATUS_BACKGROUND = { light: "#ffffff", dark: "#1f1f1f" } as const;

/**
 * Status colours of the console. A unit test recomputes contrast and the distance between any
 * two under normal and colour-blind vision, so that nobody drifts.
 */
export const STATUS_TOKENS: Readonly<Record<Status, { readonly light: string; readonly dark: string }>> = {
  healthy: { light: "#00795c", dark: "#7ee0c3" },
  progressing: { light: "#3b5bdb", dark: "#4d8dff" },
  paused: { light: "#6b4f00", dark: "#ffd43b" },
  failed: { light: "#d1004b", dark: "#ff7a70" },
  unknown: { light: "#6b7280", dark: "#909296" },
};

/** Worst first: the order in which severities roll up. */
export const STATUS_BY_SEVERITY: readonly Status[] = ["failed", "paused", "progressing", "unknown", "healthy"];
