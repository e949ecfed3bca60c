import { useLingui } from "@lingui/react/macro";
import { Anchor } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useFormat } from "../../../ui/format";
import { useTexts } from "../../data/texts";
import type { Column } from "../../list/columns";
import { RowLink } from "../../list/RowLink";
import { useCampaign } from "../../shell/CampaignContext";
import { fullName } from "../../ui/fullName";
import { Instant } from "../../ui/Instant";
import { MatchTag } from "../names";
import type { Contact, ContactPage } from "../queries";

type ContactAction = NonNullable<Contact["action_responses"]>[number];

/** useResponseText returns a function that writes the response to an action item. */
export function useResponseText() {
  const { t } = useLingui();
  const texts = useTexts();
  return (response?: ContactAction) => {
    if (!response) return "–";
    if (response.completed !== undefined) return response.completed ? t`Completed` : t`Not completed`;
    if (response.option_id) return texts.option(response.action_item_id, response.option_id, response.option_text ?? "");
    return response.text ?? t`Answered`;
  };
}

const fitting = 2; // action items whose columns fit a laptop beside the other columns

/** useContactColumns returns the columns of the Contacts table, one for each action item among them. */
export function useContactColumns(items: ContactPage["columns"]): Column<Contact>[] {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const format = useFormat(campaign.time_zone);
  const responseText = useResponseText();
  const texts = useTexts();
  return [
    { id: "name", header: t`Name`, sort: "name", cell: (c) => <RowLink to={`/c/${campaign.id}/people/contacts/${c.id}`}>{fullName(c)}</RowLink> },
    { id: "mobilizer", header: t`Mobilizer`, small: true, cell: (c) => <Anchor component={Link} to={`/c/${campaign.id}/people/mobilizers/${c.mobilizer.id}`}>{fullName(c.mobilizer)}</Anchor> },
    { id: "city", header: t`City`, hidden: true, cell: (c) => c.city || "–" },
    { id: "state", header: t`State`, hidden: true, cell: (c) => c.state || "–" },
    { id: "match", header: t`Voter match`, cell: (c) => <MatchTag status={c.match_status} /> },
    { id: "response", header: t`Key Question`, small: true, cell: (c) => (c.key_question_response ? texts.response(c.key_question_response.id, c.key_question_response.text) : "–") },
    ...items.filter((item) => !item.archived).map((item, n) => ({ ...itemColumn(item.action_item_id, texts.heading(item.action_item_id, item.heading), responseText), hidden: n >= fitting })),
    { id: "touchpoints", header: t`Touchpoints`, sort: "touchpoints", numeric: true, small: true, cell: (c) => format.number(c.relational_touchpoints) },
    { id: "added", header: t`Added`, hidden: true, date: true, sort: "added", cell: (c) => format.date(c.added_at) },
    { id: "active", header: t`Last activity`, sort: "last_activity", cell: (c) => <Instant at={c.last_activity_at} timeZone={campaign.time_zone} /> },
  ];
}

const itemColumn = (id: string, header: string, text: (response?: ContactAction) => string): Column<Contact> => ({
  id, header, cell: (contact) => text(contact.action_responses?.find((a) => a.action_item_id === id)),
});
