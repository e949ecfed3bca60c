import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { useCampaign } from "../CampaignContext";
import { Link } from "../ui/Link";
import { kindMessages, textOf, withConfirmedPlace, withText } from "./kinds";
import type { PendingWrite } from "./pending";
import { doubtfulPlaceCode, useRefusalText } from "./refusals";

/** NeedsYou is a write that the API refused, with its text and the reason. */
export function NeedsYou({ pending }: { pending: PendingWrite }) {
  const { i18n } = useLingui();
  const { id, outbox, editable } = useCampaign();
  const refusalText = useRefusalText();
  const { number, about, write, refusal } = pending;
  const typed = textOf(write);
  const [text, setText] = useState(typed ?? "");
  const again = () => {
    if (refusal?.code === doubtfulPlaceCode) return void outbox.retry(number, withConfirmedPlace(write));
    void outbox.retry(number, typed === undefined || text === typed ? undefined : withText(write, text));
  };
  return (
    <div className="needs-you">
      <h3><Trans>Needs you: {about} · {i18n._(kindMessages[write.kind])}</Trans></h3>
      {write.kind === "add" && editable ? (
        <p><Trans>Not everybody was added.</Trans> <Link to={{ screen: "add", campaign: id }}><Trans>See why</Trans></Link></p>
      ) : (
        <>
          <p className="error-text">{refusalText(refusal)}</p>
          {typed !== undefined && <label><Trans>Your text</Trans><textarea value={text} onChange={(e) => setText(e.target.value)} /></label>}
          <div className="actions even">
            {write.kind !== "add" && <button type="button" onClick={again}><Trans>Send again</Trans></button>}
            <button type="button" className="quiet danger" onClick={() => void outbox.discard(number)}><Trans>Discard</Trans></button>
          </div>
        </>
      )}
    </div>
  );
}
