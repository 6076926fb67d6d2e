/** A part of a file as people read it: "2.24 %", "31 %". Small parts keep two digits, since they are what deltas are for; nothing is "0 %". */
export function deltaShare(bytes: number, fullBytes: number): string {
  const percent = fullBytes === 0 ? 0 : (100 * bytes) / fullBytes;
  if (percent > 0 && percent < 0.01) return "< 0.01 %";
  return `${percent.toFixed(percent < 10 ? 2 : 0)} %`;
}
