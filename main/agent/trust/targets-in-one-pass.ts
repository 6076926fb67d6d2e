import { TargetFile, Targets } from "@tufjs/models";
import { z } from "zod";
import { TargetsDocument } from "#main/node/targets-document.ts";

const listed = z.record(z.string(), z.record(z.string(), z.json()));
const read = Targets.fromJSON.bind(Targets);

/**
 * Has the library read targets roles in one pass, whoever asks it to; see {@link TargetsDocument}. To be called before the
 * first document is read, since a document is read before its signatures can be checked: whoever serves a large one that
 * nobody signed would stop this host for minutes. Calling it again changes nothing.
 */
export function readTargetsInOnePass(): void {
  Targets.fromJSON = ({ targets = {}, ...others }) => {
    const files = Object.entries(listed.parse(targets)).map(([path, file]) => [path, TargetFile.fromJSON(path, file)] as const);
    return TargetsDocument.of(read({ ...others, targets: {} }), Object.fromEntries(files));
  };
}
