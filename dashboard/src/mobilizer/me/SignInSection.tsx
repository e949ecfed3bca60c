import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { moveSignIn, setStaysSignedIn, staysSignedIn } from "../../signin/users";
import { useCampaign } from "../CampaignContext";
import { leavePhone } from "../data/keeping";
import { sessionQuery } from "../data/session";
import { Link } from "../ui/Link";
import { Dialog } from "../ui/Dialog";

/** SignInSection chooses whether this phone keeps the sign-in, and signs out. */
export function SignInSection() {
  const { t } = useLingui();
  const { pending } = useCampaign();
  const { data: session } = useQuery(sessionQuery);
  const [stays, setStays] = useState(staysSignedIn());
  const [asking, setAsking] = useState(false);
  const unsent = [...pending.waiting, ...pending.old, ...pending.refused];
  const toggle = async () => {
    setStaysSignedIn(!stays);
    await moveSignIn();
    setStays(!stays);
  };
  return (
    <section>
      <label className="check">
        <input type="checkbox" role="switch" checked={stays} onChange={() => void toggle()} />
        <span><Trans>Stay signed in on this phone</Trans></span>
      </label>
      <p className="muted">{stays ? <Trans>This phone keeps your people, for times without a connection.</Trans> : <Trans>You are signed out when you close this tab.</Trans>}</p>
      <div className="actions even">
        {session?.campaigns.length !== 1 && <Link className="button" to={{ screen: "campaigns", all: true }}><Trans>My campaigns</Trans></Link>}
        <button type="button" onClick={() => (unsent.length > 0 ? setAsking(true) : void leavePhone())}><Trans>Sign out</Trans></button>
      </div>
      <Dialog open={asking} onClose={() => setAsking(false)} title={t`Sign out and lose what isn't sent?`} asks>
        <p><Trans>Not sent yet:</Trans></p>
        <ul>{unsent.map((w) => <li key={w.number}>{w.about}</li>)}</ul>
        <button type="button" className="danger" onClick={() => void leavePhone()}><Trans>Sign out</Trans></button>
      </Dialog>
    </section>
  );
}
