import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { QUICK_RUN } from "../agent/service-artifact.ts";
import { drips, hostileSource, sendsWithoutEnd, type Kind } from "./hostile-source.ts";
import { LyingRelay } from "./lying-relay.ts";
import { serveFolder } from "./serve-folder.ts";

const http: Kind = async ({ root, shelf, folder, signer }) => {
  const { url } = await serveFolder(shelf);
  const relay = await LyingRelay.start(() => url);
  await writeFile(join(root, "token"), "let me in");
  const source = { kind: "http", url: relay.url, tokenFile: join(root, "token") };
  return { relay, source, publish: (version, bytes) => folder.publish({ version, bytes, runSpec: QUICK_RUN, signers: [signer] }) };
};

hostileSource("a web server", http, {
  first: "/index.json",
  lies: {
    "sends without end": sendsWithoutEnd,
    "sends one byte a second": drips,
    "sends it on elsewhere": (response) => void response.writeHead(302, { Location: "https://elsewhere.invalid/" }).end(),
  },
});
