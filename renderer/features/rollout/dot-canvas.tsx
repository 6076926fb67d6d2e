import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useRef } from "react";
import type { MemberRow } from "#shared/contract/rollouts.ts";
import { memberLook } from "../../components/state-status.ts";
import { describeCounts } from "../../components/wave-bar.tsx";
import { STATUS_TOKENS } from "../../styles/status-tokens.ts";
import classes from "./rollout.module.css";

const CELL = 9;
const COLUMNS = 32;

/** Many hosts as one picture: filled squares for finished, outlined for what is under way or waits, crosses for failed. */
export function DotCanvas({ members }: { readonly members: readonly MemberRow[] }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const scheme = useComputedColorScheme("light");
  const height = Math.ceil(members.length / COLUMNS) * CELL;
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (context === null || context === undefined) return;
    const scale = globalThis.devicePixelRatio;
    context.canvas.width = COLUMNS * CELL * scale;
    context.canvas.height = height * scale;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    for (const [at, member] of members.entries()) {
      const color = STATUS_TOKENS[memberLook(member.state).status][scheme];
      paint(context, member.state, (at % COLUMNS) * CELL, Math.floor(at / COLUMNS) * CELL, color);
    }
  }, [members, scheme, height]);
  const label = `${members.length} hosts: ${describeCounts(countStates(members))}`;
  return <canvas ref={canvas} className={classes["canvas"]} style={{ width: COLUMNS * CELL, height }} role="img" aria-label={label} />;
}

function paint(context: CanvasRenderingContext2D, state: MemberRow["state"], x: number, y: number, color: string): void {
  const size = CELL - 2;
  context.fillStyle = color;
  context.strokeStyle = color;
  if (state === "succeeded") return context.fillRect(x, y, size, size);
  if (state !== "failed") return context.strokeRect(x + 0.5, y + 0.5, size - 1, size - 1);
  context.lineWidth = 1.6;
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(x + size, y + size);
  context.moveTo(x + size, y);
  context.lineTo(x, y + size);
  context.stroke();
}

function countStates(members: readonly MemberRow[]): Record<MemberRow["state"], number> {
  const counts = { waiting: 0, updating: 0, succeeded: 0, failed: 0, excluded: 0 };
  for (const member of members) counts[member.state] += 1;
  return counts;
}
