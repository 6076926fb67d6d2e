/** A colour in both schemes. */
type Pair = { readonly light: string; readonly dark: string };

/**
 * Surfaces, lines and text. Text tokens keep 4.5:1 on every surface they may stand on, control borders 3:1 (WCAG 2.2
 * 1.4.3 and 1.4.11). There is one accent, for focus and selection; colour otherwise means status.
 */
export const SURFACE_TOKENS = {
  page: { light: "#ffffff", dark: "#17181a" },
  sunken: { light: "#f6f7f9", dark: "#111213" },
  raised: { light: "#ffffff", dark: "#1d1e21" },
  hover: { light: "#f3f4f6", dark: "#232528" },
  selected: { light: "#eef1fd", dark: "#222a3f" },
  line: { light: "#e3e6ea", dark: "#2c2e33" },
  "line-strong": { light: "#cdd2d9", dark: "#43464d" },
  control: { light: "#868e9b", dark: "#6d727b" },
  text: { light: "#14171c", dark: "#eceef0" },
  "text-soft": { light: "#4a5260", dark: "#b3b8bf" },
  "text-faint": { light: "#646c7a", dark: "#9298a1" },
  "on-ink": { light: "#ffffff", dark: "#14171c" },
  accent: { light: "#3b5bdb", dark: "#7aa2ff" },
  focus: { light: "#3b5bdb", dark: "#8fb0ff" },
} as const satisfies Record<string, Pair>;
