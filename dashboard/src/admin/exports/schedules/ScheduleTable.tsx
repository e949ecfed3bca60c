import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, Table, Text } from "@mantine/core";
import { useState } from "react";
import { useWrite } from "../../data/useWrite";
import { useCampaign } from "../../shell/CampaignContext";
import { announce } from "../../ui/announce";
import { Confirm } from "../../ui/Confirm";
import { Dialog } from "../../ui/Dialog";
import { followLink } from "../../ui/followLink";
import { Instant } from "../../ui/Instant";
import { useProblemText } from "../../ui/problems";
import { Tag } from "../../ui/Tag";
import { deleteSchedule, getLatestFile, schedulesQuery, type Schedule } from "../queries";
import { useTypeName } from "../types";
import { ScheduleForm, useHour } from "./ScheduleForm";

export function ScheduleTable({ schedules }: { schedules: Schedule[] }) {
  const { t } = useLingui();
  return (
    <div style={{ overflowX: "auto" }} role="region" aria-label={t`Schedules, scrolls sideways`} tabIndex={0}>
      <Table aria-label={t`Schedules`}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col"><Trans>Export</Trans></Table.Th>
            <Table.Th scope="col"><Trans>Every day at</Trans></Table.Th>
            <Table.Th scope="col"><Trans>Last run</Trans></Table.Th>
            <Table.Th scope="col"><Trans>Next run</Trans></Table.Th>
            <Table.Th scope="col"><Trans>Created by</Trans></Table.Th>
            <Table.Th scope="col"><Trans>Actions</Trans></Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>{schedules.map((schedule) => <ScheduleRow key={schedule.id} schedule={schedule} />)}</Table.Tbody>
      </Table>
    </div>
  );
}

function ScheduleRow({ schedule }: { schedule: Schedule }) {
  const { campaign } = useCampaign();
  const typeName = useTypeName();
  const hour = useHour();
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={500}>{typeName(schedule.type)} {schedule.status === "ended" && <Tag><Trans>Ended</Trans></Tag>}</Table.Th>
      <Table.Td>{hour(schedule.hour)}</Table.Td>
      <Table.Td><Instant at={schedule.last_run_at} timeZone={campaign.time_zone} /></Table.Td>
      <Table.Td><Instant at={schedule.next_run_at} timeZone={campaign.time_zone} /></Table.Td>
      <Table.Td>{schedule.created_by}</Table.Td>
      <Table.Td><ScheduleActions schedule={schedule} /></Table.Td>
    </Table.Tr>
  );
}

function ScheduleActions({ schedule }: { schedule: Schedule }) {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const [open, setOpen] = useState<"edit" | "delete">();
  const text = useProblemText();
  const name = useTypeName()(schedule.type);
  const close = () => setOpen(undefined);
  const latest = useWrite({ write: () => getLatestFile(campaign.id, schedule.id), onSuccess: (file) => followLink(file.url, file.file_name), onError: (error) => announce(text(error).detail) });
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
      <Dialog side opened={open === "edit"} onClose={close} title={t`Edit the schedule`}><ScheduleForm schedule={schedule} close={close} /></Dialog>
      <Confirm opened={open === "delete"} title={t`Delete this schedule?`} action={t`Delete`} danger pending={remove.pending} error={remove.error} onConfirm={() => remove.submit(undefined)} onClose={close}>
        <Text size="sm"><Trans>Its files are deleted too. This can't be undone.</Trans></Text>
      </Confirm>
    </Group>
  );
}
