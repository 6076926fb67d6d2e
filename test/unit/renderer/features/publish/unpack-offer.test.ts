import { describe, expect, it } from "vitest";
import { unpackOffer } from "#renderer/features/publish/unpack-offer.ts";
import { aFile, aReadyFile } from "./draft-files.ts";

const archive = aReadyFile("web.tar.gz", { fileName: "web.tar.gz", inspection: { format: "gzip", kind: "gzip archive", advice: [] } });
const java = aReadyFile("web.jar", { inspection: { format: "zip", kind: "Java archive", advice: [] } });

describe("what the publish form says of archives", () => {
  it("is nothing without one; a Java archive and a file that nobody has looked at are none", () => {
    expect(unpackOffer([aReadyFile("web"), java, aFile("later")], undefined)).toEqual({ kind: "none" });
  });

  it("is an offer to have hosts unpack it, and then that they do", () => {
    expect(unpackOffer([aReadyFile("web"), archive], undefined)).toEqual({ kind: "offered", fileName: "web.tar.gz" });
    expect(unpackOffer([archive, aFile("later")], true)).toEqual({ kind: "chosen" });
  });

  it("is a warning when hosts are to unpack what is no archive", () => {
    expect(unpackOffer([archive, java], true)).toEqual({ kind: "contradicted", fileName: java.fileName });
  });
});
