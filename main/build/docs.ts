/** `npm run docs`: writes the documents that are made from tables in the code. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "./checks.ts";
import { errorsDocument } from "./errors-document.ts";

await mkdir(join(ROOT, "docs"), { recursive: true });
await writeFile(join(ROOT, "docs/errors.md"), errorsDocument());
console.log("docs/errors.md");
