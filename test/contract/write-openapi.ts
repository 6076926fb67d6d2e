/** `npm run openapi`: keeps the OpenAPI document beside the tests, so that a change of the API shows in review. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openApiDocument } from "#main/server/http/openapi-document.ts";
import { VERSION } from "#main/server/version.ts";

const path = join(import.meta.dirname, "openapi.json");
await writeFile(path, `${JSON.stringify(await openApiDocument(VERSION), null, 2)}\n`);
console.log(path);
