import { Trans } from "@lingui/react/macro";
import { useEffect, useState } from "react";
import { installUpdate, onUpdate } from "./data/worker";

const secondsToInstall = 3;

/** UpdateBanner offers a new version of the app, which is used after a reload. */
export function UpdateBanner() {
  const [state, setState] = useState<"none" | "offered" | "installing" | "stuck">("none");
  useEffect(() => onUpdate(() => setState("offered")), []);
  useEffect(() => {
    if (state !== "installing") return;
    const timer = setTimeout(() => setState("stuck"), secondsToInstall * 1000);
    return () => clearTimeout(timer);
  }, [state]);
  const install = () => {
    setState("installing");
    installUpdate();
  };
  if (state === "none") return null;
  return (
    <div className="update" role="status">
      {state === "stuck" ? <Trans>Close the app and open it again to use the new version.</Trans> : (
        <><Trans>There is a new version.</Trans> <button type="button" className="quiet" disabled={state === "installing"} onClick={install}><Trans>Update</Trans></button></>
      )}
    </div>
  );
}
