import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, Text } from "@mantine/core";
import { useState } from "react";
import { useWrite } from "../../data/useWrite";
import type { Column } from "../../list/columns";
import { RowTable } from "../../list/RowTable";
import { useCampaign } from "../../shell/CampaignContext";
import { announce, announceFailure } from "../../ui/announce";
import { Confirm } from "../../ui/Confirm";
import { Dialog } from "../../ui/Dialog";
import { followLink } from "../../ui/followLink";
import { Instant } from "../../ui/Instant";
import { useProblemText } from "../../ui/problems";
import { Tag } from "../../ui/Tag";
import { deleteSchedule, getLatestFile, schedulesQuery, type Schedule } from "../queries";
import { Selection } from "../Selection";
import { useTypeName } from "../types";
import { isConsentRefusal, WriteAgain } from "../WriteAgain";
import { ScheduleForm, useHour } from "./ScheduleForm";

export function ScheduleTable({ schedules }: { schedules: Schedule[] }) {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const typeName = useTypeName();
  const hour = useHour();
  const columns: Column<Schedule>[] = [
    { id: "type", header: t`Export`, cell: (s) => <>{typeName(s.type)} {s.status === "ended" && <Tag><Trans>Ended</Trans></Tag>}{s.status === "stopped" && <Tag tone="attention"><Trans>Stopped: its view was deleted</Trans></Tag>}<Text size="sm" style={{ whiteSpace: "normal" }}><Selection value={s} /></Text></> },
    { id: "hour", header: t`Every day at`, cell: (s) => hour(s.hour) },
    { id: "last", header: t`Last run`, cell: (s) => <Instant at={s.last_run_at} timeZone={campaign.time_zone} /> },
    { id: "next", header: t`Next run`, cell: (s) => <Instant at={s.next_run_at} timeZone={campaign.time_zone} /> },
    { id: "by", header: t`Created by`, cell: (s) => s.created_by },
    { id: "actions", header: t`Actions`, cell: (s) => <ScheduleActions schedule={s} /> },
  ];
  return <RowTable label={t`Schedules`} columns={columns} rows={schedules} rowId={(s) => s.id} />;
}

function ScheduleActions({ schedule }: { schedule: Schedule }) {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const [open, setOpen] = useState<"edit" | "delete">();
  const text = useProblemText();
  const name = useTypeName()(schedule.type);
  const close = () => setOpen(undefined);
  const latest = useWrite({ write: () => getLatestFile(campaign.id, schedule.id), onSuccess: (file) => followLink(file.url, file.file_name), onError: (error) => isConsentRefusal(error) || announceFailure(text(error).detail) });
  const remove = useWrite({
    write: () => deleteSchedule(campaign.id, schedule.id),
    changes: [schedulesQuery(campaign.id).queryKey],
    onSuccess: () => announce(t`Deleted`),
  });
  return (
    <Group gap={4} wrap="nowrap">
      {schedule.last_run_at && <Button size="compact-sm" variant="default" loading={latest.pending} aria-label={t`Newest file: ${name}`} onClick={() => latest.submit(undefined)}><Trans>Newest file</Trans></Button>}
      {schedule.status === "active" && <Button size="compact-sm" variant="subtle" aria-label={t`Edit: ${name}`} onClick={() => setOpen("edit")}><Trans>Edit</Trans></Button>}
      <Button size="compact-sm" variant="subtle" color="red" aria-label={t`Delete: ${name}`} onClick={() => setOpen("delete")}><Trans>Delete</Trans></Button>
      <WriteAgain refusal={latest.error} onClose={latest.reset} />
      <Dialog side opened={open === "edit"} onClose={close} title={t`Edit the schedule`}><ScheduleForm schedule={schedule} close={close} /></Dialog>
      <Confirm opened={open === "delete"} title={t`Delete this schedule?`} action={t`Delete`} danger pending={remove.pending} error={remove.error} onConfirm={() => remove.submit(undefined)} onClose={close}>
        <Text size="sm"><Trans>Its files are deleted too. This can't be undone.</Trans></Text>
      </Confirm>
    </Group>
  );
}
