import { describe, expect, it } from "vitest";
import { STATUS_BACKGROUND, STATUS_TOKENS, type Status } from "#renderer/styles/status-tokens.ts";
import { SURFACE_TOKENS } from "#renderer/styles/surface-tokens.ts";
import { ciede2000, contrast, VISIONS, type Vision } from "./colour-science.ts";

const STATUSES: readonly Status[] = ["healthy", "progressing", "paused", "failed", "unknown"];
const SCHEMES = ["light", "dark"] as const;
const pairs = STATUSES.flatMap((left, at) => STATUSES.slice(at + 1).map((right) => [left, right] as const));

/** Smallest distance between any two statuses, as computed when the colours were chosen. */
const WORST: Readonly<Record<(typeof SCHEMES)[number], Readonly<Record<Vision, number>>>> = {
  light: { normal: 18, protan: 13, deutan: 13, tritan: 13 },
  dark: { normal: 22, protan: 16, deutan: 16, tritan: 17 },
};

describe.each(SCHEMES)("status colours, %s", (scheme) => {
  it.each(STATUSES)("%s keeps 4.5:1 against the page", (status) => {
    expect(contrast(STATUS_TOKENS[status][scheme], STATUS_BACKGROUND[scheme])).toBeGreaterThanOrEqual(4.5);
    expect(contrast(STATUS_TOKENS[status][scheme], SURFACE_TOKENS.page[scheme])).toBeGreaterThanOrEqual(4.5);
    expect(contrast(STATUS_TOKENS[status][scheme], SURFACE_TOKENS.raised[scheme])).toBeGreaterThanOrEqual(4.5);
  });

  it.each(VISIONS)("stay apart under %s vision", (vision) => {
    const worst = Math.min(...pairs.map(([left, right]) => ciede2000(STATUS_TOKENS[left][scheme], STATUS_TOKENS[right][scheme], vision)));
    expect(worst).toBeGreaterThanOrEqual(WORST[scheme][vision]);
  });
});

describe.each(SCHEMES)("text and controls, %s", (scheme) => {
  const surfaces = ["page", "sunken", "raised", "hover"] as const;
  it.each(["text", "text-soft", "text-faint"] as const)("%s keeps 4.5:1 on every surface", (text) => {
    for (const surface of surfaces)
      expect(contrast(SURFACE_TOKENS[text][scheme], SURFACE_TOKENS[surface][scheme])).toBeGreaterThanOrEqual(4.5);
  });

  it("borders of controls and the focus ring keep 3:1", () => {
    for (const surface of ["page", "raised"] as const) {
      expect(contrast(SURFACE_TOKENS.control[scheme], SURFACE_TOKENS[surface][scheme])).toBeGreaterThanOrEqual(3);
      expect(contrast(SURFACE_TOKENS.focus[scheme], SURFACE_TOKENS[surface][scheme])).toBeGreaterThanOrEqual(3);
    }
  });
});
