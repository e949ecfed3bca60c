import { Trans } from "@lingui/react/macro";
import { useEffect, useState } from "react";

interface Announcement {
  text: string;
  /** Takes the change back. */
  undo?: () => void;
  seconds?: number;
}

const announcements = new EventTarget();

/** announce shows a short message for some seconds and says it to screen readers, such as "Saved", with Undo if it is given. */
export const announce = (announcement: Announcement) => void announcements.dispatchEvent(new CustomEvent("announce", { detail: announcement }));

/** Announcer is the one live region of the app. */
export function Announcer() {
  const [shown, setShown] = useState<Announcement>();
  useEffect(() => {
    let timer: number | undefined;
    const show = (event: Event) => {
      const { detail } = event as CustomEvent<Announcement>;
      clearTimeout(timer);
      setShown(detail);
      timer = window.setTimeout(() => setShown(undefined), (detail.seconds ?? 4) * 1000);
    };
    announcements.addEventListener("announce", show);
    return () => {
      clearTimeout(timer);
      announcements.removeEventListener("announce", show);
    };
  }, []);
  const undo = () => {
    shown?.undo?.();
    setShown(undefined);
  };
  return (
    <div role="status" className="announcer">
      {shown && (
        <div className="toast">
          <span>{shown.text}</span>
          {shown.undo && <button type="button" className="quiet" onClick={undo}><Trans>Undo</Trans></button>}
        </div>
      )}
    </div>
  );
}
