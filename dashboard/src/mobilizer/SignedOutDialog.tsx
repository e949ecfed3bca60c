import { Trans, useLingui } from "@lingui/react/macro";
import { useEffect, useState } from "react";
import { onExpired, signIn } from "../signin/users";
import { Dialog } from "./ui/Dialog";

/** SignedOutDialog appears when the sign-in has ended and could not be renewed. */
export function SignedOutDialog() {
  const { t } = useLingui();
  const [open, setOpen] = useState(false);
  useEffect(() => onExpired(() => setOpen(true)), []);
  return (
    <Dialog open={open} onClose={() => setOpen(false)} title={t`Your sign-in has ended`}>
      <p><Trans>Sign in again to go on. Changes that wait on this phone are sent then.</Trans></p>
      <button type="button" className="primary" onClick={() => void signIn()}><Trans>Sign in again</Trans></button>
    </Dialog>
  );
}
