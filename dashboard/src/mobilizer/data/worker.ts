let registered: (registration: Promise<ServiceWorkerRegistration | undefined>) => void;

const registration = new Promise<ServiceWorkerRegistration | undefined>((resolve) => {
  registered = resolve;
});

/** registerWorker installs the service worker, which keeps the app's own files for times without a connection. */
export function registerWorker() {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  registered(navigator.serviceWorker.register("/m/sw.js", { scope: "/m/" }).catch(() => undefined)); // the app works without it
}

/** onUpdate calls back when another version of the app is ready to be used. It returns the function that stops that. */
export function onUpdate(callback: () => void): () => void {
  let stopped = false;
  const check = (worker: ServiceWorker | null) => {
    if (!stopped && worker?.state === "installed" && navigator.serviceWorker.controller) callback();
  };
  void registration.then((found) => {
    check(found?.waiting ?? null);
    found?.addEventListener("updatefound", () => {
      const { installing } = found;
      installing?.addEventListener("statechange", () => check(installing));
    });
  });
  return () => {
    stopped = true;
  };
}

/** installUpdate makes the waiting version the present one and reloads the page. */
export function installUpdate() {
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
  void registration.then((found) => found?.waiting?.postMessage({ type: "SKIP_WAITING" }));
}
