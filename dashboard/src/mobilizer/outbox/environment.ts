import type { Environment } from "./outbox";

const lockName = "kith-outbox";

/** withLock runs work while no other tab runs work. Browsers without Web Locks run it at once. */
async function withLock(work: () => Promise<void>) {
  if (!navigator.locks) return work();
  await navigator.locks.request(lockName, work);
}

/** browserEnvironment returns this browser's environment of the outbox. */
export function browserEnvironment(): Environment {
  return {
    now: Date.now,
    canSend: () => navigator.onLine && document.visibilityState === "visible",
    exclusively: withLock,
    onChange(callback) {
      addEventListener("online", callback);
      document.addEventListener("visibilitychange", callback);
      return () => {
        removeEventListener("online", callback);
        document.removeEventListener("visibilitychange", callback);
      };
    },
    channel: new BroadcastChannel(lockName),
    setTimer(callback, milliseconds) {
      const timer = setTimeout(callback, milliseconds);
      return () => clearTimeout(timer);
    },
  };
}

/** requestPersistence asks the browser to keep what is stored when space is short. */
export async function requestPersistence() {
  await navigator.storage?.persist?.().catch(() => false);
}
