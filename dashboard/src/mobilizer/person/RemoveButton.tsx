import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { useCampaign } from "../CampaignContext";
import type { Contact } from "../data/campaign";
import type { PersonDetails } from "../data/person";
import { callName, fullName } from "../people/names";
import { goTo, pathOf } from "../route";
import { announce } from "../ui/announce";
import { Dialog } from "../ui/Dialog";

const secondsToUndo = 10;

/** RemoveButton removes a contact with everything about it, after ten seconds in which that can be undone. */
export function RemoveButton({ contact, details }: { contact: Contact; details?: PersonDetails }) {
  const { t } = useLingui();
  const { id, outbox } = useCampaign();
  const [open, setOpen] = useState(false);
  const name = callName(contact);
  const counts = details && { notes: details.notes.length, answers: details.answers.length + details.responses.length };
  const remove = async () => {
    const number = await outbox.enqueue({ kind: "remove", contact: contact.id }, { about: fullName(contact), notBefore: Date.now() + secondsToUndo * 1000 });
    announce({ text: t`${name} is removed`, seconds: secondsToUndo, undo: () => void outbox.cancel(number) });
    goTo(pathOf({ screen: "people", campaign: id }), { replace: true });
  };
  return (
    <>
      <button type="button" className="quiet danger" onClick={() => setOpen(true)}><Trans>Remove</Trans></button>
      <Dialog open={open} onClose={() => setOpen(false)} title={t`Remove ${name}?`}>
        <p>
          {counts ? <Trans>This removes {name} from the campaign, with notes ({counts.notes}) and answers ({counts.answers}).</Trans>
            : <Trans>This removes {name} from the campaign, with all notes and answers.</Trans>}{" "}
          <Trans>You have ten seconds to undo it. After that it is final.</Trans>
        </p>
        <button type="button" className="danger" onClick={() => void remove()}><Trans>Remove {name}</Trans></button>
      </Dialog>
    </>
  );
}
