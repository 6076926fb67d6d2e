import type { LeftOut, LeftOutReason } from "../../data/read-drop.ts";

const WHY: Readonly<Record<LeftOutReason, string>> = {
  hidden: "hidden",
  "too-many": "behind the 200th file",
  "too-deep": "more than 8 folders deep",
  "too-large": "over 64 GiB",
  unreadable: "unreadable",
};

/** More names than this tell a person nothing. */
const NAMED = 3;

/** What of a drop was not taken, a sentence for each reason: "2 were left out because they are hidden: .DS_Store, .git." */
export function leftOutWords(leftOut: readonly LeftOut[]): readonly string[] {
  const reasons = [...new Set(leftOut.map((one) => one.reason))];
  return reasons.map((reason) => {
    const names = leftOut.filter((one) => one.reason === reason).map((one) => one.name);
    const distinct = [...new Set(names)];
    const shown = distinct.slice(0, NAMED).join(", ");
    const more = distinct.length > NAMED ? ` and ${distinct.length - NAMED} more` : "";
    const one = names.length === 1;
    return `${one ? "1 was" : `${names.length} were`} left out because ${one ? "it is" : "they are"} ${WHY[reason]}: ${shown}${more}.`;
  });
}
