import { useLingui } from "@lingui/react/macro";
import { NativeSelect } from "@mantine/core";
import { useState } from "react";
import { useFormat } from "../../../ui/format";
import { useWrite } from "../../data/useWrite";
import { useCampaign } from "../../shell/CampaignContext";
import { announce } from "../../ui/announce";
import { fieldProps } from "../../ui/fields";
import { Form } from "../../ui/Form";
import { FormActions } from "../../ui/FormActions";
import { ExportFields } from "../ExportFields";
import { firstChoice, formOf, requestOf } from "../exportForm";
import { useItemCheck } from "../useItemCheck";
import { createSchedule, schedulesQuery, updateSchedule, type Schedule } from "../queries";

const hours = Array.from({ length: 24 }, (_, hour) => hour);

/** useHour returns a function that writes a full hour of the day. */
export function useHour() {
  const { i18n } = useLingui();
  return (hour: number) => new Intl.DateTimeFormat(i18n.locale, { hour: "numeric", minute: "2-digit", timeZone: "UTC" }).format(Date.UTC(2026, 0, 1, hour));
}

// The API clears the filter of a schedule with each view_id, so that an unchanged one is not sent.
const changedView = (schedule: Schedule, view = "") => (view === (schedule.view_id ?? "") ? undefined : view);

/** ScheduleForm creates a schedule, or changes one. */
export function ScheduleForm({ schedule, close }: { schedule?: Schedule; close: () => void }) {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const format = useFormat(campaign.time_zone);
  const hourText = useHour();
  const [form, setForm] = useState(schedule ? formOf(schedule) : firstChoice);
  const [hour, setHour] = useState(schedule?.hour ?? 6);
  const check = useItemCheck();
  const save = useWrite({
    write: (body: ReturnType<typeof requestOf> & { hour: number }, key): Promise<Schedule> =>
      (schedule ? updateSchedule(campaign.id, schedule.id, { ...body, types: undefined, view_id: changedView(schedule, body.view_id) }) : createSchedule(campaign.id, check(body), key)),
    changes: [schedulesQuery(campaign.id).queryKey],
    onSuccess: () => {
      announce(t`Saved`);
      close();
    },
  });
  return (
    <Form name="schedule" error={save.error} onSubmit={() => save.submit({ ...requestOf(form), hour })}>
      <ExportFields form="schedule" error={save.error} value={form} onChange={(change) => setForm({ ...form, ...change })} />
      <NativeSelect
        {...fieldProps("schedule", "hour", save.error)} label={t`Every day at`} description={t`In ${format.zone()}.`}
        data={hours.map((h) => ({ value: String(h), label: hourText(h) }))} value={String(hour)} onChange={(event) => setHour(Number(event.currentTarget.value))}
      />
      <FormActions pending={save.pending} cancel={close} />
    </Form>
  );
}
