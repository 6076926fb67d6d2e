/**
 * How far the reports of one host are taken, as one link sees it. `boot` and `sequence` are those of the last report
 * taken; `linkBoot` is the boot whose key opened the link. `joined` is false until the link's first report.
 */
export type ReportCursor = {
  readonly linkBoot: string;
  readonly boot: string | undefined;
  readonly sequence: number;
  readonly joined: boolean;
};

/**
 * - `take`: the next in order. - `known`: taken before; acknowledge it again. - `replayed`: of a boot that is over.
 * - `gap`: reports between were not sent, or not by this host.
 */
export type ReportVerdict = "take" | "known" | "replayed" | "gap";

/** The cursor of a link that has just opened, from what the last link left. */
export function openCursor(linkBoot: string, boot: string | undefined, sequence: number): ReportCursor {
  return { linkBoot, boot, sequence, joined: false };
}

/**
 * Judges a report by its (boot, sequence). Reports of the boot before are taken until the first of the link's own boot;
 * an agent that died before its last words were acknowledged delivers them so. The first report of a link may lie ahead
 * of what is known here, since a restored control plane has forgotten what agents need not send again; from then on
 * every number follows the one before.
 */
export function judgeReport(cursor: ReportCursor, report: { readonly boot: string; readonly sequence: number }): ReportVerdict {
  if (report.boot === cursor.boot) {
    if (report.sequence <= cursor.sequence) return "known";
    return report.sequence === cursor.sequence + 1 || !cursor.joined ? "take" : "gap";
  }
  if (report.boot !== cursor.linkBoot) return "replayed";
  return report.sequence === 1 || !cursor.joined ? "take" : "gap";
}

/** The cursor after a report was taken. */
export function advanceCursor(cursor: ReportCursor, report: { readonly boot: string; readonly sequence: number }): ReportCursor {
  return { linkBoot: cursor.linkBoot, boot: report.boot, sequence: report.sequence, joined: true };
}
