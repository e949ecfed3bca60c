import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, send } from "../../api/client";
import { useCampaign } from "../CampaignContext";
import { deleteCopies } from "../data/copies";
import { deleteToday } from "../next/useToday";
import { goTo, pathOf } from "../route";
import { Dialog } from "../ui/Dialog";
import { Problem } from "../ui/State";

type Choice = "keep" | "remove";

/** LeaveSection leaves the campaign, with the contacts or without them. */
export function LeaveSection() {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const [open, setOpen] = useState(false);
  if (campaign.membership.left_at) return null;
  return (
    <section>
      <button type="button" className="quiet danger" onClick={() => setOpen(true)}><Trans>Leave the campaign</Trans></button>
      <Dialog open={open} onClose={() => setOpen(false)} title={t`Leave ${campaign.name}?`} asks><LeaveForm /></Dialog>
    </section>
  );
}

function LeaveForm() {
  const { id, contacts, outbox, pending } = useCampaign();
  const queries = useQueryClient();
  const [choice, setChoice] = useState<Choice>();
  const [error, setError] = useState<Error>();
  const [key] = useState(() => crypto.randomUUID());
  const unsent = [...pending.waiting, ...pending.old, ...pending.refused];
  const leave = async (contactsChoice: Choice) => {
    try {
      await send(() => api.POST("/v1/mobilizer/campaigns/{campaign}/leave", { params: { path: { campaign: id }, header: { "Idempotency-Key": key } }, body: { contacts: contactsChoice } }));
    } catch (failure) {
      return setError(failure as Error);
    }
    await outbox.wipe();
    await deleteCopies();
    deleteToday();
    sessionStorage.removeItem("kith-results"); // or the landing page would say that the person has joined
    if (contactsChoice === "remove") goTo(pathOf({ screen: "campaigns" }), { replace: true });
    await queries.resetQueries();
  };
  return (
    <form onSubmit={(event) => { event.preventDefault(); if (choice) void leave(choice); }}>
      <fieldset>
        <legend><Plural value={contacts.length} one="What should happen to your # person?" other="What should happen to your # people?" /></legend>
        <label className="choice">
          <input type="radio" name="contacts" checked={choice === "keep"} onChange={() => setChoice("keep")} />
          <span><Trans>Leave them with the campaign</Trans><small><Trans>The organizers keep names, answers, notes and vote plans. You no longer see them, and can withdraw consent.</Trans></small></span>
        </label>
        <label className="choice">
          <input type="radio" name="contacts" checked={choice === "remove"} onChange={() => setChoice("remove")} />
          <span><Trans>Take my people with me</Trans><small><Trans>Everything about them is removed. This can't be undone.</Trans></small></span>
        </label>
      </fieldset>
      {unsent.length > 0 && <p><Trans>Not sent yet, and lost if you leave: {unsent.map((w) => w.about).join(", ")}</Trans></p>}
      {error && <Problem error={error} />}
      <button type="submit" className="danger" disabled={!choice}><Trans>Leave</Trans></button>
    </form>
  );
}
