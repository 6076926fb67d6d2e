import { homedir } from "node:os";
import { join } from "node:path";

/** Where the docker configuration of the account lies that runs this process (docker's own rule). */
export const DOCKER_FOLDER: string = process.env["DOCKER_CONFIG"] ?? join(homedir(), ".docker");
