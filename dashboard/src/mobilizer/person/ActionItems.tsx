import { Plural, Trans } from "@lingui/react/macro";
import type { Schemas } from "../../api/client";
import { useCampaign } from "../CampaignContext";
import type { Contact } from "../data/campaign";
import { openItems } from "../next/queue";
import { ItemCard } from "./ItemCard";

interface ActionItemsProps {
  contact: Contact;
  /** Undefined while they load. */
  responses?: Schemas["ActionResponse"][];
}

/** ActionItems shows the contact's open action items, and folds those with a response. */
export function ActionItems({ contact, responses }: ActionItemsProps) {
  const { campaign } = useCampaign();
  const open = openItems(campaign, contact);
  const done = campaign.action_items.filter((item) => contact.responded_action_item_ids.includes(item.id));
  if (open.length + done.length === 0) return null;
  return (
    <section>
      <h2><Trans>To do</Trans></h2>
      {open.length === 0 && <p className="muted"><Trans>Everything is done.</Trans></p>}
      {open.map((item) => <ItemCard key={item.id} item={item} contact={contact} />)}
      {done.length > 0 && (
        <details>
          <summary><Plural value={done.length} one="# done" other="# done" /></summary>
          {done.map((item) => {
            const response = responses?.find((r) => r.action_item_id === item.id);
            return <ItemCard key={item.id + (response?.id ?? "")} item={item} contact={contact} response={response} locked={!response} />;
          })}
        </details>
      )}
    </section>
  );
}
