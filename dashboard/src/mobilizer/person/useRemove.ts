import { useLingui } from "@lingui/react/macro";
import { useCampaign } from "../CampaignContext";
import type { Contact } from "../data/campaign";
import { callName, fullName } from "../people/names";
import { announce } from "../ui/announce";

const secondsToUndo = 10;

/** useRemove returns a function that removes a contact with everything about it, after ten seconds in which that can be undone. */
export function useRemove(contact: Contact) {
  const { t } = useLingui();
  const { outbox } = useCampaign();
  const name = callName(contact);
  return async () => {
    const number = await outbox.enqueue({ kind: "remove", contact: contact.id }, { about: fullName(contact), notBefore: Date.now() + secondsToUndo * 1000 });
    announce({ text: t`${name} is removed`, seconds: secondsToUndo, undo: () => void outbox.cancel(number) });
  };
}
