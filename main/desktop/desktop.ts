import { app, MessageChannelMain, nativeTheme, session, shell, type MessagePortMain } from "electron";
import { join } from "node:path";
import { DELTA_FOLDER } from "#main/adapters/delta-process/delta-messages.ts";
import { secretsPaths } from "#main/adapters/encrypted-file-secrets/secrets-paths.ts";
import type { CoreState } from "#shared/contract/shell.ts";
import type { DesktopConfig } from "./boot/desktop-config.ts";
import type { DesktopLog } from "./boot/desktop-log.ts";
import { listenForDeepLinks } from "./deep-links/listen-for-deep-links.ts";
import { askBeforeQuit } from "./dialogs/ask-before-quit.ts";
import { askBeforeSigning } from "./dialogs/ask-before-signing.ts";
import { offerLink } from "./dialogs/offer-link.ts";
import { pickFiles } from "./dialogs/pick-files.ts";
import { answerShellCalls } from "./host/answer-shell-calls.ts";
import { CoreHost } from "./host/core-host.ts";
import type { Activity } from "./host/core-messages.ts";
import { offerDeltaProcesses } from "./host/delta-processes.ts";
import { offerSecrets } from "./host/offer-secrets.ts";
import { PortHandoff } from "./host/port-handoff.ts";
import { createShellCallHandler, type ShellActions } from "./host/shell-calls.ts";
import { startUtilityCoreProcess } from "./host/utility-core-process.ts";
import { startUtilityDeltaProcess } from "./host/utility-delta-process.ts";
import { installMenu } from "./menu/install-menu.ts";
import { serveAppScheme } from "./protocol/register-app-protocol.ts";
import { QuitGuard } from "./quit/quit-guard.ts";
import { watchQuit } from "./quit/watch-quit.ts";
import { guardAllContents } from "./security/guard-contents.ts";
import { guardSession } from "./security/guard-session.ts";
import { KeyringSecrets } from "./secrets/keyring-secrets.ts";
import { systemKeyring } from "./secrets/system-keyring.ts";
import { OperatorDesk } from "./signing/operator-desk.ts";
import { OperatorKeyring } from "./signing/operator-keyring.ts";
import { newAttention } from "./tray/new-attention.ts";
import { notify } from "./tray/notify.ts";
import { StatusTray } from "./tray/status-tray.ts";
import { readDesktopState, writeDesktopState, type DesktopState } from "./windows/desktop-state.ts";
import { ShellWindow } from "./windows/shell-window.ts";

/** The running desktop: one window, one tray icon, one control plane, and what connects them. */
export class Desktop {
  readonly #config: DesktopConfig;
  readonly #log: DesktopLog;
  readonly #window: ShellWindow;
  readonly #tray: StatusTray;
  readonly #host: CoreHost<MessagePortMain>;
  readonly #handoff: PortHandoff<MessagePortMain>;
  readonly #quit: QuitGuard;
  readonly #secrets: KeyringSecrets;
  readonly #operator: OperatorDesk;
  #state: DesktopState;
  #written: Promise<void> = Promise.resolve();
  #core: CoreState = { state: "starting" };
  #activity: Activity = { moving: 0, attention: [] };

  private constructor(config: DesktopConfig, log: DesktopLog, state: DesktopState) {
    this.#config = config;
    this.#log = log;
    this.#state = state;
    this.#secrets = new KeyringSecrets(secretsPaths(config.dataFolder).keyringDocument, systemKeyring);
    this.#operator = new OperatorDesk({
      keyring: new OperatorKeyring(new KeyringSecrets(config.operatorKeysFile, systemKeyring)),
      memoryBeside: config.operatorKeysFile,
      now: () => Date.now(),
      ask: (question) => askBeforeSigning(this.#window.native, question),
    });
    this.#host = this.#makeHost();
    this.#quit = new QuitGuard({
      askStandstill: () => this.#host.askStandstill(),
      ask: askBeforeQuit,
      stopCore: () => this.#stop(),
      quit: () => app.quit(),
    });
    this.#window = this.#makeWindow();
    this.#handoff = new PortHandoff({
      makeChannel: () => {
        const { port1, port2 } = new MessageChannelMain();
        return { core: port1, window: port2 };
      },
      connectCore: (port) => this.#host.connect(port),
      sendToWindow: (port) => this.#window.tell({ kind: "rollcall.port" }, port),
      close: (port) => port.close(),
    });
    this.#tray = new StatusTray({ open: () => this.#window.present(), go: (path) => this.#go(path), quit: () => app.quit() });
  }

  /** Puts everything in place and opens the console at `path`. To be called once, when Electron is ready. */
  static async start(config: DesktopConfig, log: DesktopLog, path: string): Promise<Desktop> {
    serveAppScheme(config.rendererFolder);
    guardSession(session.defaultSession);
    const state = await readDesktopState(config.stateFile);
    // Before the window exists: the policy is installed when web contents are made, and never afterwards.
    guardAllContents(app, (url) => void offerLink(desktop.#window.native, url));
    const desktop = new Desktop(config, log, state);
    desktop.#listen();
    desktop.#host.start();
    await desktop.#window.load(path);
    return desktop;
  }

  #listen(): void {
    const windowContentsId = (): number | undefined => this.#window.contentsId;
    const log = (event: string, facts: Readonly<Record<string, unknown>>): void => this.#log.logger.warn(facts, event);
    answerShellCalls(createShellCallHandler({ windowContentsId, nowMs: () => performance.now(), log, actions: this.#actions() }));
    installMenu({
      go: (path) => this.#go(path),
      startCore: () => this.#host.start(),
      showDataFolder: () => void shell.openPath(this.#config.dataFolder),
      openLink: (url) => void offerLink(this.#window.native, url),
    });
    watchQuit(this.#quit);
    listenForDeepLinks(app, (path) => (path === undefined ? this.#window.present() : this.#go(path)));
    app.on("activate", () => this.#window.present());
    this.#tray.update(this.#core, this.#activity);
  }

  #actions(): ShellActions {
    return {
      connect: () => {
        this.#host.start();
        this.#window.tell({ kind: "rollcall.core", core: this.#core });
        this.#handoff.want();
      },
      pickFiles: () => pickFiles(this.#window.native),
      setTheme: (theme) => {
        nativeTheme.themeSource = theme;
      },
      setProgress: (fraction) => this.#window.setProgress(fraction),
      holdQuit: (reasons) => this.#quit.hold(reasons),
      openExternal: (url) => offerLink(this.#window.native, url),
      showDataFolder: async () => void (await shell.openPath(this.#config.dataFolder)),
      operator: this.#operator,
    };
  }

  #makeHost(): CoreHost<MessagePortMain> {
    const { coreFile, coreArgs, deltaFile, dataFolder, environment } = this.#config;
    const log = (event: string, facts: Readonly<Record<string, unknown>>): void => this.#log.logger.info(facts, event);
    const onLine = (line: string): void => this.#log.logger.info({ line }, "control plane");
    return new CoreHost({
      start: () => {
        const core = startUtilityCoreProcess({ file: coreFile, args: coreArgs, environment, onLine });
        offerSecrets(core, this.#secrets, () =>
          this.#log.logger.warn({}, "the control plane asked for secrets in a way that it never does"),
        );
        const deltas = join(dataFolder, DELTA_FOLDER);
        offerDeltaProcesses(core, { start: () => startUtilityDeltaProcess(deltaFile), folder: deltas, log });
        return core;
      },
      now: () => performance.now(),
      after: (delayMs, task) => {
        const timer = setTimeout(task, delayMs);
        return () => clearTimeout(timer);
      },
      log,
      onState: (state) => this.#coreChanged(state),
      onActivity: (activity) => this.#activityChanged(activity),
    });
  }

  #makeWindow(): ShellWindow {
    return new ShellWindow({
      preloadFile: this.#config.preloadFile,
      version: app.getVersion(),
      saved: this.#state.window,
      mayClose: () => this.#quit.isQuitting,
      onHidden: () => this.#tellAboutTray(),
      onMoved: (window) => this.#remember({ ...this.#state, window }),
      onPageLost: (reason) => {
        this.#handoff.forget();
        this.#quit.hold([]);
        if (reason !== "loading") this.#log.logger.warn({ reason }, "the window's page ended");
      },
    });
  }

  #go(path: string): void {
    this.#window.present();
    this.#window.tell({ kind: "rollcall.go", path });
  }

  #coreChanged(core: CoreState): void {
    this.#core = core;
    this.#window.tell({ kind: "rollcall.core", core });
    this.#tray.update(core, this.#activity);
    if (core.state === "ready") this.#handoff.coreIsReady();
  }

  #activityChanged(activity: Activity): void {
    const news = newAttention(this.#activity.attention, activity.attention);
    this.#activity = activity;
    this.#tray.update(this.#core, activity);
    if (this.#window.isFocused) return;
    for (const entry of news.slice(0, 3)) notify({ title: entry.title, body: entry.detail }, () => this.#go(entry.href));
  }

  #tellAboutTray(): void {
    if (this.#state.toldAboutTray) return;
    this.#remember({ ...this.#state, toldAboutTray: true });
    const body = "Rollouts go on while the window is closed. Open or quit Rollcall from its tray icon.";
    notify({ title: "Rollcall keeps running", body }, () => this.#window.present());
  }

  /** Writes one after the other, so that the last state is the one that stays. */
  #remember(state: DesktopState): void {
    this.#state = state;
    this.#written = this.#written
      .then(() => writeDesktopState(this.#config.stateFile, state))
      // A window position that cannot be written is not worth a word to anyone.
      .catch((cause: unknown) => this.#log.logger.warn({ err: cause }, "the window's state was not written"));
  }

  async #stop(): Promise<void> {
    await this.#host.stop();
    await this.#written;
    await this.#log.flush();
  }
}
