import { Notification } from "electron";

/** Shows a notification of the system, which obeys the person's do-not-disturb. Silent where the system shows none. */
export function notify(notice: { readonly title: string; readonly body: string }, onClick: () => void): void {
  if (!Notification.isSupported()) return;
  const notification = new Notification({ title: notice.title, body: notice.body });
  notification.on("click", onClick);
  notification.show();
}
