import { useLingui } from "@lingui/react/macro";
import { Group, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { Breakable } from "../../../ui/Breakable";
import { useFormat } from "../../../ui/format";
import type { Column } from "../../list/columns";
import { RowLink } from "../../list/RowLink";
import { useCampaign } from "../../shell/CampaignContext";
import { fullName } from "../../ui/fullName";
import { Instant } from "../../ui/Instant";
import { Tag } from "../../ui/Tag";
import { phoneName } from "../../ui/phoneName";
import { MatchTag } from "../names";
import type { Mobilizer } from "../queries";
import { Percent } from "../Shared";

/** useMobilizerColumns returns the columns of the Mobilizers table. */
export function useMobilizerColumns(): Column<Mobilizer>[] {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const format = useFormat(campaign.time_zone);
  const shared = (m: Mobilizer, value?: ReactNode) => (m.consent ? value || "–" : <Text span size="sm" c="dimmed">{t`not shared`}</Text>);
  return [
    {
      id: "name", header: t`Name`, sort: "name",
      cell: (m) => (
        <Group gap={8} wrap="nowrap">
          <RowLink to={`/c/${campaign.id}/people/mobilizers/${m.id}`}>{fullName(m)}</RowLink>
          {m.left_at && <Tag>{t`Left`}</Tag>}
        </Group>
      ),
    },
    { id: "city", header: t`City`, hidden: true, cell: (m) => m.city || "–" },
    { id: "state", header: t`State`, hidden: true, cell: (m) => m.state || "–" },
    { id: "email", header: t`Email`, hidden: true, cell: (m) => shared(m, m.email && <Breakable>{m.email}</Breakable>) },
    { id: "phone", header: t`Phone`, hidden: true, cell: (m) => shared(m, phoneName(m.phone)) },
    { id: "joined", header: t`Joined`, date: true, sort: "added", cell: (m) => format.date(m.joined_at) },
    { id: "contacts", header: t`Total contacts`, sort: "total_contacts", numeric: true, small: true, cell: (m) => format.number(m.total_contacts) },
    { id: "matched", header: t`% matched`, sort: "matched", numeric: true, cell: (m) => <Percent share={m.matched_contacts} /> },
    { id: "touchpoint", header: t`% with 1+ touchpoint`, sort: "with_touchpoints", numeric: true, small: true, cell: (m) => <Percent share={m.contacts_with_relational_touchpoints} /> },
    { id: "answered", header: t`% with response`, sort: "with_key_question_response", numeric: true, cell: (m) => <Percent share={m.contacts_with_key_question_response} /> },
    { id: "active", header: t`Last active`, sort: "last_activity", small: true, cell: (m) => <Instant at={m.last_activity_at} timeZone={campaign.time_zone} /> },
    { id: "match", header: t`Voter match`, hidden: true, cell: (m) => <MatchTag status={m.match_status} /> },
  ];
}
