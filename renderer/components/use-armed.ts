import { useEffect, useState } from "react";

/** How long a dangerous button stays dead after its dialog opened, in milliseconds: longer than a double click. */
const ARM_MS = 2000;

/** False until the calling dialog has been open for a while, so that no click meant for something else confirms it. */
export function useArmed(): boolean {
  const [isArmed, setArmed] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setArmed(true), ARM_MS);
    return () => clearTimeout(timer);
  }, []);
  return isArmed;
}
