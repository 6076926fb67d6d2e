import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

let collect: unknown;

/**
 * Frees what has just become garbage, in a millisecond or two.
 *
 * Why by hand: every piece of a body is a buffer outside of V8's heap, which V8 hardly counts. It lets some eighty
 * megabytes of them pile up in a fast download before it looks, on hosts whose whole agent is half as large.
 */
export function collectYoung(): void {
  if (collect === undefined) {
    setFlagsFromString("--expose-gc");
    collect = runInNewContext("gc");
    setFlagsFromString("--no-expose-gc");
  }
  if (typeof collect === "function") Reflect.apply(collect, undefined, [{ type: "minor" }]);
}
