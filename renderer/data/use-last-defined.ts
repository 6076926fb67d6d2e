import { useState } from "react";

/** The newest value that was not undefined, so that a table does not blink while another filter loads. */
export function useLastDefined<T>(value: T | undefined): T | undefined {
  const [last, setLast] = useState(value);
  if (value !== undefined && value !== last) setLast(value);
  return value ?? last;
}
