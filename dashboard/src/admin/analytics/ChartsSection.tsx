import { useLingui } from "@lingui/react/macro";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useFormat } from "../../ui/format";
import type { Analytics } from "../data/campaigns";
import { useCampaign } from "../shell/CampaignContext";
import { Section } from "../ui/Section";
import { Empty } from "../ui/State";
import { DayChart } from "./DayChart";
import classes from "./Charts.module.css";
import { axisOf, scaleOf } from "./scale";
import { ranges, type Range } from "./search";

/** fewDays is up to how many days the charts are clear side by side; more days have the whole width for each chart. */
const fewDays = 45;

/** ChartsSection shows contacts added, touchpoints and mobilizers joined per day, in the campaign's time zone. */
export function ChartsSection({ days }: { days: Analytics["days"] }) {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const format = useFormat(campaign.time_zone);
  const { days: range = "30" } = useSearch({ from: "/c/$campaign/analytics" });
  const shown = range === "all" ? days : days.slice(-Number(range));
  return (
    <Section title={t`Per day`} description={t`Days in ${format.zone()}. Contacts and touchpoints have the same scale, mobilizers their own.`} actions={days.length > 14 && <RangePicker range={range} />}>
      {shown.length === 0 ? <Empty title={t`No days yet`}>{t`Days are counted once the campaign is published.`}</Empty> : <Charts days={shown} />}
    </Section>
  );
}

function Charts({ days }: { days: Analytics["days"] }) {
  const { t } = useLingui();
  const format = useFormat();
  const work = scaleOf(days.flatMap((d) => [d.contacts_added, d.relational_touchpoints]));
  const joining = scaleOf(days.map((d) => d.mobilizers_joined ?? 0));
  const axis = axisOf([work, joining], format.number);
  return (
    <div className={classes.charts} data-wide={days.length > fewDays || undefined}>
      <DayChart title={t`Contacts added`} scale={work} axis={axis} days={days.map((d) => ({ day: d.day, value: d.contacts_added, query: d.contacts_added_query }))} />
      <DayChart title={t`Relational touchpoints`} scale={work} axis={axis} days={days.map((d) => ({ day: d.day, value: d.relational_touchpoints }))} />
      {days.every((d) => d.mobilizers_joined !== undefined) && ( // they are missing while the list of mobilizers is built for the first time
        <DayChart title={t`Mobilizers joined`} list="mobilizers" scale={joining} axis={axis} days={days.map((d) => ({ day: d.day, value: d.mobilizers_joined ?? 0, query: d.mobilizers_joined_query }))} />
      )}
    </div>
  );
}

function RangePicker({ range }: { range: Range }) {
  const { t } = useLingui();
  const navigate = useNavigate({ from: "/c/$campaign/analytics" });
  const choose = (days: Range) => void navigate({ search: { days }, replace: true, resetScroll: false });
  return (
    <div role="group" aria-label={t`Days shown`} className={classes.ranges}>
      {ranges.map((r) => (
        <button key={r} type="button" className={classes.range} aria-pressed={r === range} onClick={() => choose(r)}>{r === "all" ? t`All` : t`${r} days`}</button>
      ))}
    </div>
  );
}
