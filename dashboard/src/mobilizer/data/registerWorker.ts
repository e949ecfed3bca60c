/** registerWorker installs the service worker, which keeps the app's own files for times without a connection. */
export function registerWorker() {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  navigator.serviceWorker.register("/m/sw.js", { scope: "/m/" }).catch(() => undefined); // the app works without it
}
