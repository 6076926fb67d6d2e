import { protocol } from "electron";
import { APP_SCHEME } from "#shared/contract/shell-names.ts";
import { createBundleServer } from "./serve-bundle.ts";

/**
 * Makes `app://` a scheme with an origin, a secure context and fetch. To be called before the application is ready;
 * Electron ignores it afterwards.
 */
export function declareAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

/** Serves the renderer's build to the window. To be called once, when the application is ready. */
export function serveAppScheme(rendererFolder: string): void {
  protocol.handle(APP_SCHEME, createBundleServer(rendererFolder));
}
