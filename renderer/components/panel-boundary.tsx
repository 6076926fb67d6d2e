import { Component, type ReactNode } from "react";
import { ErrorPanel } from "./error-panel.tsx";

type BoundaryState = { readonly failed: boolean };

/** Keeps an error of one panel from taking the window with it. */
export class PanelBoundary extends Component<{ readonly children: ReactNode }, BoundaryState> {
  override readonly state: BoundaryState = { failed: false };

  static getDerivedStateFromError(): BoundaryState {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    const error = {
      code: "INTERNAL",
      message: "This part of the page could not be drawn. Nothing was changed by it.",
      next: "Try again; if it fails again, reload the page.",
    };
    return <ErrorPanel error={error} onRetry={() => this.setState({ failed: false })} />;
  }
}
