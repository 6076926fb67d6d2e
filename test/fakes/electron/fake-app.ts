import { EventEmitter } from "node:events";

/** The application object: notes what it is told, and lets the test play the system. */
export class FakeApp extends EventEmitter {
  /** Folder that holds `dist/`; set by the test before the boot. */
  appPath = "/nowhere";
  isPackaged = false;
  /** What the instance lock answers. */
  hasLock = true;
  /** Calls in their order, as `name(arguments)`. */
  readonly calls: string[] = [];
  readonly paths = new Map<string, string>([["home", "/home/ana"]]);
  /** Set when the application ended: 0 for a quit that was let through, the code of an exit. */
  ended: number | undefined;
  readonly #ready = Promise.withResolvers<void>();

  getAppPath(): string {
    return this.appPath;
  }
  getVersion(): string {
    return "0.1.0";
  }
  getPath(name: string): string {
    return this.paths.get(name) ?? "";
  }
  setPath(name: string, path: string): void {
    this.#note("setPath", name);
    this.paths.set(name, path);
  }
  enableSandbox(): void {
    this.#note("enableSandbox");
  }
  requestSingleInstanceLock(): boolean {
    this.#note("requestSingleInstanceLock");
    return this.hasLock;
  }
  setAsDefaultProtocolClient(scheme: string): boolean {
    this.#note("setAsDefaultProtocolClient", scheme);
    return true;
  }
  whenReady(): Promise<void> {
    this.#note("whenReady");
    return this.#ready.promise;
  }
  /** Plays the system: Electron is ready. */
  becomeReady(): void {
    this.#ready.resolve();
  }
  /** As Electron does: asks every listener of `before-quit` first. */
  quit(): void {
    this.#note("quit");
    let held = false;
    this.emit("before-quit", { preventDefault: () => (held = true) });
    if (!held) this.#end(0);
  }
  exit(code = 0): void {
    this.#note("exit", String(code));
    this.#end(code);
  }

  #end(code: number): void {
    this.ended ??= code;
    this.emit("ended-for-test");
  }
  #note(name: string, ...args: readonly string[]): void {
    this.calls.push(`${name}(${args.join(", ")})`);
  }
}
