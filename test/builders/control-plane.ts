import { onTestFinished } from "vitest";
import type { ControlPlane, ControlPlanePorts } from "#main/control-plane/compose.ts";
import { tempFolder } from "./temp-folder.ts";
import { startControlPlane } from "./start-control-plane.ts";

/**
 * The real control plane on real adapters in a temporary folder, without any transport; stopped when the test ends.
 * `ports` replaces single adapters, such as the clock.
 */
export async function openControlPlane(ports: Partial<ControlPlanePorts> = {}): Promise<ControlPlane> {
  const plane = await startControlPlane(await tempFolder(), ports);
  onTestFinished(() => plane.stop());
  return plane;
}
