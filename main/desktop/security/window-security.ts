/**
 * What every window of ours runs with. Most are Electron's defaults, written down so that a
 * change of default or of a line elsewhere is seen: a test compares the options that windows are made with to this.
 */
export const WINDOW_SECURITY = Object.freeze({
  contextIsolation: true,
  sandbox: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  webviewTag: false,
  // A file that misses the drop area must not replace the console.
  navigateOnDragDrop: false,
  safeDialogs: true,
  // Names, versions and log lines are no prose; and its dictionaries would be fetched from the network.
  spellcheck: false,
} as const);
