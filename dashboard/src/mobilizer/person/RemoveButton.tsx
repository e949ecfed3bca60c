import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { useCampaign } from "../CampaignContext";
import type { Contact } from "../data/campaign";
import type { PersonDetails } from "../data/person";
import { callName } from "../people/names";
import { goTo, pathOf } from "../route";
import { Dialog } from "../ui/Dialog";
import { useRemove } from "./useRemove";

/** RemoveButton removes a contact with everything about it, after ten seconds in which that can be undone. */
export function RemoveButton({ contact, details }: { contact: Contact; details?: PersonDetails }) {
  const { t } = useLingui();
  const { id } = useCampaign();
  const remove = useRemove(contact);
  const [open, setOpen] = useState(false);
  const name = callName(contact);
  const counts = details && { notes: details.notes.length, answers: details.answers.length + details.responses.length };
  const removeAndLeave = async () => {
    await remove();
    goTo(pathOf({ screen: "people", campaign: id }), { replace: true });
  };
  return (
    <>
      <button type="button" className="quiet danger" onClick={() => setOpen(true)}><Trans>Remove {name}</Trans></button>
      <Dialog open={open} onClose={() => setOpen(false)} title={t`Remove ${name}?`} asks>
        <p>
          {counts ? <Trans>This removes {name} from the campaign, with <Plural value={counts.notes} one="# note" other="# notes" /> and <Plural value={counts.answers} one="# answer" other="# answers" />.</Trans>
            : <Trans>This removes {name} from the campaign, with all notes and answers.</Trans>}{" "}
          <Trans>You have ten seconds to undo it. After that it is final.</Trans>
        </p>
        <button type="button" className="danger" onClick={() => void removeAndLeave()}><Trans>Remove {name}</Trans></button>
      </Dialog>
    </>
  );
}
