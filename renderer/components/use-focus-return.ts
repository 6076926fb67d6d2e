import { useEffect, useState } from "react";

/** What opened a dialog: the element that had the focus, or the button of the menu that it stood in. */
function openerOf(active: Element | null): HTMLElement | null {
  const menuButton = active?.closest("[role=menu]")?.getAttribute("aria-labelledby");
  if (menuButton !== null && menuButton !== undefined) return document.getElementById(menuButton);
  return active instanceof HTMLElement ? active : null;
}

/** Gives the focus back to what opened a dialog when the dialog, mounted while it is open, is taken away. */
export function useFocusReturn(): void {
  const [opener] = useState(() => openerOf(document.activeElement));
  useEffect(
    () => () => {
      const target = opener?.isConnected === true ? opener : document.getElementById("main");
      setTimeout(() => target?.focus({ preventScroll: true }));
    },
    [opener],
  );
}
