import type { FileFacts } from "../artifact/file-facts.ts";
import { compareEntries } from "../artifact/compare-entries.ts";
import { platformFits, type Platform } from "../artifact/platform.ts";
import type { ComparedFile, FileComparison } from "./comparison.ts";

/** A file with what could be read of it; undefined facts mean that its bytes are gone. */
export type KnownFile = {
  readonly platform: Platform;
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly facts: FileFacts | undefined;
};

/** Pairs files by platform, and says how each pair differs. Platforms that came or went stand last. */
export function compareFiles(before: readonly KnownFile[], after: readonly KnownFile[]): readonly FileComparison[] {
  const left = [...before];
  const pairs = after.map((young) => ({ young, old: takeMatch(left, young.platform) }));
  return [
    ...pairs.filter((pair) => pair.old !== undefined).map(({ old, young }) => comparePair(old, young)),
    ...pairs.filter((pair) => pair.old === undefined).map(({ young }) => comparePair(undefined, young)),
    ...left.map((old) => comparePair(old, undefined)),
  ];
}

/** The exact platform first; else one that the same hosts run, as when a program became static. */
function takeMatch(left: KnownFile[], platform: Platform): KnownFile | undefined {
  const exact = left.findIndex((one) => one.platform === platform);
  const at =
    exact >= 0 ? exact : left.findIndex((one) => one.platform !== "any" && platform !== "any" && platformFits(one.platform, platform));
  return at < 0 ? undefined : left.splice(at, 1)[0];
}

function comparePair(before: KnownFile | undefined, after: KnownFile | undefined): FileComparison {
  const [old, young] = [before?.facts?.libraries ?? [], after?.facts?.libraries ?? []];
  const areBothPrograms = before?.facts?.libraries !== undefined && after?.facts?.libraries !== undefined;
  const listings = [before?.facts?.listing, after?.facts?.listing] as const;
  const isSame = before?.sha256 === after?.sha256;
  return {
    ...(before && { before: side(before) }),
    ...(after && { after: side(after) }),
    isSame,
    librariesAdded: areBothPrograms ? young.filter((name) => !old.includes(name)) : [],
    librariesRemoved: areBothPrograms ? old.filter((name) => !young.includes(name)) : [],
    ...(listings[0] && listings[1] && !isSame ? { entries: compareEntries(listings[0], listings[1]) } : {}),
  };
}

function side({ facts, ...file }: KnownFile): ComparedFile {
  return {
    ...file,
    ...(facts?.kind === undefined ? {} : { kind: facts.kind }),
    ...(facts?.interpreter === undefined ? {} : { interpreter: facts.interpreter }),
    ...(facts?.libraries === undefined ? {} : { libraries: [...facts.libraries] }),
    isRead: facts !== undefined,
  };
}
