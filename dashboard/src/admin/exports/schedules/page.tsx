import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useCampaign } from "../../shell/CampaignContext";
import { Dialog } from "../../ui/Dialog";
import { Icon } from "../../ui/icons";
import { Page } from "../../ui/Page";
import { Section } from "../../ui/Section";
import { Empty, ErrorState, Loading } from "../../ui/State";
import { ExportTabs } from "../ExportTabs";
import { schedulesQuery } from "../queries";
import { ScheduleForm } from "./ScheduleForm";
import { ScheduleTable } from "./ScheduleTable";

/** SchedulesPage has the exports that are written every day. */
export default function SchedulesPage() {
  const { t } = useLingui();
  const { campaign, closed } = useCampaign();
  const [creating, setCreating] = useState(false);
  const schedules = useQuery(schedulesQuery(campaign.id));
  const add = !closed && <Button size="xs" leftSection={<Icon name="plus" size={14} />} onClick={() => setCreating(true)}><Trans>New schedule</Trans></Button>;
  return (
    <Page title={t`Exports`} context={campaign.name}>
      <ExportTabs />
      <Section title={t`Schedules`} description={t`Every day at the chosen hour Kith writes an export and keeps the newest seven files. Programs download the newest by a service token.`} actions={add}>
        {schedules.isPending && <Loading />}
        {schedules.isError && <ErrorState error={schedules.error} retry={() => void schedules.refetch()} />}
        {schedules.data?.items.length === 0 && <Empty title={t`No schedules yet`} />}
        {!!schedules.data?.items.length && <ScheduleTable schedules={schedules.data.items} />}
      </Section>
      <Dialog side opened={creating} onClose={() => setCreating(false)} title={t`New schedule`}><ScheduleForm close={() => setCreating(false)} /></Dialog>
    </Page>
  );
}
