import type { Session } from "electron";
import { permits } from "./permission-policy.ts";

/**
 * Installs the permission policy on a session. Both handlers are needed: most web APIs check first and ask afterwards,
 * and some only check. Devices and screen capture have handlers of their own, which answer no.
 */
export function guardSession(session: Session): void {
  session.setPermissionCheckHandler((_contents, permission, _origin, details) =>
    permits(permission, { url: details.requestingUrl ?? "", isMainFrame: details.isMainFrame }),
  );
  session.setPermissionRequestHandler((_contents, permission, answer, details) => {
    answer(permits(permission, { url: details.requestingUrl, isMainFrame: details.isMainFrame }));
  });
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, answer) => answer(null));
}
