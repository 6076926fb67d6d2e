/** A part of a file as people read it: "2.24 %", "31 %". Small parts keep two digits, since they are what deltas are for. */
export function deltaShare(bytes: number, fullBytes: number): string {
  const percent = fullBytes === 0 ? 0 : (100 * bytes) / fullBytes;
  return `${percent.toFixed(percent < 10 ? 2 : 0)} %`;
}
