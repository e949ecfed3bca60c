import { Plural, Trans } from "@lingui/react/macro";
import { Parts } from "../../ui/Parts";
import { useCampaign } from "../CampaignContext";
import type { Contact } from "../data/campaign";
import { openItems } from "../next/queue";
import { Link } from "../ui/Link";
import { fullName } from "./names";

/** PersonRow is one contact of the list: the name, the answer, and what is open. */
export function PersonRow({ contact }: { contact: Contact }) {
  const { id, campaign, pending } = useCampaign();
  const waits = pending.waiting.some(({ write }) => (write.kind === "add" ? write.locals.includes(contact.id) : "contact" in write && write.contact === contact.id));
  const open = openItems(campaign, contact).length;
  return (
    <li>
      <Link className="row" to={{ screen: "person", campaign: id, contact: contact.id }}>
        <span className="row-name">{fullName(contact)}</span>
        <small>
          <Parts of={[
            contact.key_question_response?.text ?? <Trans>Not asked yet</Trans>,
            contact.match_status === "CONFIRMED" && <Trans>voter found ✓</Trans>,
            open > 0 && <Plural value={open} one="# to do" other="# to do" />,
            waits && <span className="tag"><Trans>Waiting</Trans></span>,
          ]} />
        </small>
      </Link>
    </li>
  );
}
