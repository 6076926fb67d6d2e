import type { ReactNode } from "react";
import { useLocation } from "wouter";
import { PanelBoundary } from "../components/panel-boundary.tsx";

/** Keeps an error of one screen to that screen; going elsewhere leaves it behind. */
export function ScreenBoundary({ children }: { readonly children: ReactNode }) {
  const [pathname] = useLocation();
  return <PanelBoundary key={pathname}>{children}</PanelBoundary>;
}
