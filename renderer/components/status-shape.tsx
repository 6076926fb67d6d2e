import type { Status } from "../styles/status-tokens.ts";
import classes from "./status.module.css";

const SHAPES: Readonly<Record<Status, React.ReactNode>> = {
  healthy: (
    <>
      <circle cx="8" cy="8" r="6.25" />
      <path d="M5.3 8.2l1.9 1.9 3.6-3.9" />
    </>
  ),
  progressing: (
    <>
      <circle cx="8" cy="8" r="6.25" opacity="0.28" />
      <path className={classes["arc"]} d="M8 1.75a6.25 6.25 0 0 1 6.25 6.25" />
    </>
  ),
  paused: <path d="M5.6 3v10M10.4 3v10" strokeWidth="2.6" />,
  failed: (
    <>
      <path d="M5.4 1.75h5.2l3.65 3.65v5.2l-3.65 3.65H5.4L1.75 10.6V5.4z" />
      <path d="M5.9 5.9l4.2 4.2M10.1 5.9l-4.2 4.2" />
    </>
  ),
  unknown: <circle cx="8" cy="8" r="6.25" strokeDasharray="2.6 2.3" />,
};

/** The shape of a status, for people who do not see its colour. Always stands beside a word or carries a label. */
export function StatusShape({ status, size = 14, label }: { readonly status: Status; readonly size?: number; readonly label?: string }) {
  const naming = label === undefined ? { "aria-hidden": true } : { role: "img", "aria-label": label };
  return (
    <svg
      {...naming}
      className={`${classes["shape"]} rc-shape`}
      data-status={status}
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      strokeWidth="1.7"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      {SHAPES[status]}
    </svg>
  );
}
