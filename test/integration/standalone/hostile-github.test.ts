import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { publishSigned } from "#test/builders/signed-publication.ts";
import { QUICK_RUN } from "../agent/service-artifact.ts";
import { githubWorld, TOKEN } from "../github-releases/github-world.ts";
import { drips, hostileSource, sendsWithoutEnd, type Kind } from "./hostile-source.ts";
import { LyingRelay } from "./lying-relay.ts";

const github: Kind = async ({ root, signer }) => {
  const { github: fake, store } = await githubWorld();
  // The bytes come from the API's own origin, where the token is shown, as some Enterprise servers have it.
  fake.state.redirects = false;
  const relay = await LyingRelay.start(() => fake.origins.api);
  await writeFile(join(root, "token"), TOKEN);
  const source = { kind: "github", repository: "acme/web-releases", apiUrl: relay.url, tokenFile: join(root, "token") };
  return { relay, source, publish: (version, bytes) => publishSigned(store, { version, bytes, runSpec: QUICK_RUN, signers: [signer] }) };
};

hostileSource("GitHub", github, {
  first: "/releases?per_page=100",
  lies: {
    "sends without end": sendsWithoutEnd,
    "sends one byte a second": drips,
    // A name that nobody has; asked there, the host would say so.
    "sends it on elsewhere": (response) => void response.writeHead(302, { Location: "https://elsewhere.invalid/" }).end(),
  },
});
