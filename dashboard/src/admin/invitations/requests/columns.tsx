import { useLingui } from "@lingui/react/macro";
import { Text } from "@mantine/core";
import { Breakable } from "../../../ui/Breakable";
import type { AccessRequest } from "../../data/accessRequests";
import type { Column } from "../../list/columns";
import { useCampaign } from "../../shell/CampaignContext";
import { Instant } from "../../ui/Instant";
import { RequestTag } from "../../ui/AccessRequests";
import { Decision } from "./Decision";

/** useRequestColumns returns the columns of the table of access requests. */
export function useRequestColumns(): Column<AccessRequest>[] {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  return [
    { id: "name", header: t`Signed in with`, cell: (r) => <>{r.name}<Text size="sm"><Breakable>{r.email}</Breakable></Text></> },
    { id: "invitation", header: t`Invited`, small: true, cell: ({ invitation: i }) => <>{[i.first_name, i.last_name].filter(Boolean).join(" ")}<Text size="sm"><Breakable>{i.email}</Breakable></Text></> },
    { id: "status", header: t`Status`, small: true, cell: (r) => <><RequestTag status={r.status} /><Text size="sm"><Instant at={r.requested_at} timeZone={campaign.time_zone} /></Text></> },
    { id: "actions", header: t`Actions`, small: true, cell: (r) => <Decision request={r} /> },
    { id: "by", header: t`Decided by`, cell: (r) => r.decided_by?.name ?? "–" },
  ];
}
