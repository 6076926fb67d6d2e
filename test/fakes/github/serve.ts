import { parseArgs } from "node:util";
import { FakeGithub } from "./fake-github.ts";

/**
 * The server as a program: `node test/fakes/github/serve.ts --port 0 --token … --repository owner/name [--enterprise]
 * [--keep-below bytes]`. Prints `{"apiUrl", "repository"}` as one line of JSON, ends with its stdin, and exits with 1
 * when a request did not keep to GitHub's description, saying which. It may be started twice; nothing is kept.
 */
const { values } = parseArgs({
  options: {
    port: { type: "string", default: "0" },
    token: { type: "string" },
    repository: { type: "string", default: "acme/releases" },
    enterprise: { type: "boolean", default: false },
    "keep-below": { type: "string" },
  },
});
const [owner = "", repository = ""] = values.repository.split("/");
if (values.token === undefined || owner === "" || repository === "") throw new Error("--token and --repository owner/name are needed");

const github = await FakeGithub.start({
  owner,
  repository,
  token: values.token,
  isEnterprise: values.enterprise,
  port: Number(values.port),
});
if (values["keep-below"] !== undefined) github.state.keepBytesBelow = Number(values["keep-below"]);
process.stdout.write(`${JSON.stringify({ apiUrl: github.origins.api, repository: values.repository })}\n`);

process.stdin.resume();
process.stdin.once("end", () => {
  void github.close().then(() => {
    for (const violation of github.violations) process.stderr.write(`${violation}\n`);
    process.exitCode = github.violations.length > 0 ? 1 : 0;
  });
});
