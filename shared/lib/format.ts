const UNITS = ["B", "kB", "MB", "GB", "TB"] as const;

/** Bytes for people, decimal units as disks and networks use them: `1.4 MB`. */
export function formatBytes(sizeBytes: number): string {
  let value = sizeBytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.5 ? 0 : 1;
  return `${value.toFixed(digits)} ${UNITS[unit] ?? "B"}`;
}

/** A duration for people: `3 m 12 s`, `2 h 5 m`, `4 d 3 h`; under a second `0.4 s`. Negative counts as nothing. */
export function formatDuration(durationMs: number): string {
  if (durationMs < 1000) return `${(Math.max(0, durationMs) / 1000).toFixed(1).replace(".0", "")} s`;
  const seconds = Math.floor(durationMs / 1000);
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "m"],
    [seconds % 60, "s"],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(" ");
}
