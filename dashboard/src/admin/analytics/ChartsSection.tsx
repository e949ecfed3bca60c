import { useLingui } from "@lingui/react/macro";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useFormat } from "../../ui/format";
import type { Analytics } from "../data/campaigns";
import { useCampaign } from "../shell/CampaignContext";
import { Section } from "../ui/Section";
import { Empty } from "../ui/State";
import { DayChart } from "./DayChart";
import classes from "./Charts.module.css";
import { ranges, type Range } from "./search";

/** ChartsSection shows contacts added and touchpoints per day, in the campaign's time zone. */
export function ChartsSection({ days }: { days: Analytics["days"] }) {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const format = useFormat(campaign.time_zone);
  const { days: range = "30" } = useSearch({ from: "/c/$campaign/analytics" });
  const shown = range === "all" ? days : days.slice(-Number(range));
  return (
    <Section title={t`Per day`} description={t`Days in ${format.zone()}.`} actions={days.length > 14 && <RangePicker range={range} />}>
      {shown.length === 0 && <Empty title={t`No days yet`}>{t`Days are counted once the campaign is published.`}</Empty>}
      {shown.length > 0 && (
        <div className={classes.charts}>
          <DayChart title={t`Contacts added`} days={shown.map((d) => ({ day: d.day, value: d.contacts_added, query: d.contacts_added_query }))} />
          <DayChart title={t`Relational touchpoints`} days={shown.map((d) => ({ day: d.day, value: d.relational_touchpoints }))} />
        </div>
      )}
    </Section>
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
