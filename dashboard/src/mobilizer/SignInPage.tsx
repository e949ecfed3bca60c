import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { setStaysSignedIn, signIn, staysSignedIn, takeSignInProblem } from "../signin/users";
import { useOnline } from "./useOnline";
import { Page } from "./ui/Page";

/** SignInPage leads to the sign-in, and asks whether this phone keeps it. */
export function SignInPage() {
  const { t } = useLingui();
  const online = useOnline();
  const [stays, setStays] = useState(staysSignedIn());
  const [problem] = useState(takeSignInProblem);
  const start = () => {
    setStaysSignedIn(stays);
    void signIn();
  };
  return (
    <main className="alone">
      <p className="brand"><img src="/favicon.svg" width="36" height="36" alt="" />Kith</p>
      <Page title={t`Talk to the people you know`}>
        {problem && (
          <p role="alert" className="problem">
            {problem === "cancelled" ? <Trans>You cancelled the sign-in. Sign in to go on.</Trans> : <Trans>The sign-in did not succeed. Check the connection, then sign in again.</Trans>}
          </p>
        )}
        <p><Trans>Sign in with the email address that you joined with.</Trans></p>
        <label className="check">
          <input type="checkbox" checked={stays} onChange={(e) => setStays(e.target.checked)} />
          <span><Trans>Stay signed in on this phone</Trans><small><Trans>Choose this on your own phone only. It keeps your people for times without a connection.</Trans></small></span>
        </label>
        <button type="button" className="primary" onClick={start} disabled={!online}><Trans>Sign in</Trans></button>
        {!online && <p role="status"><Trans>There is no connection. Signing in needs one.</Trans></p>}
      </Page>
    </main>
  );
}

/** AnotherAddress signs in as another person, or with the person's other address. */
export const AnotherAddress = () => <button type="button" onClick={() => void signIn({ otherPerson: true })}><Trans>Sign in with another address</Trans></button>;
