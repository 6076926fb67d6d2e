import { notifications } from "@mantine/notifications";
import type { AppError } from "#shared/errors/app-error.ts";
import { correlationOf } from "../components/error-panel.tsx";
import { StatusShape } from "../components/status-shape.tsx";
import classes from "./toast.module.css";

/** Tells that an action failed: what was not done, why, what to do next, and the code to quote. It stays until it is closed. */
export function showActionError(error: AppError, notDone: string): void {
  if (error.code === "CANCELLED") return;
  const correlation = correlationOf(error);
  notifications.show({
    title: notDone,
    message: (
      <>
        <div>{error.message}</div>
        <div className={classes["next"]}>{error.next}</div>
        <code className={classes["code"]}>
          {error.code}
          {correlation !== undefined && ` · ${correlation}`}
        </code>
      </>
    ),
    icon: <StatusShape status="failed" size={18} />,
    autoClose: false,
    classNames: { root: classes["toast"] ?? "", icon: classes["icon"] ?? "" },
    closeButtonProps: { "aria-label": "Dismiss" },
  });
}
