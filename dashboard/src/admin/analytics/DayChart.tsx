import { Trans, useLingui } from "@lingui/react/macro";
import { Anchor, Table, Title } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { Link, useNavigate } from "@tanstack/react-router";
import { plural } from "@lingui/core/macro";
import { useState } from "react";
import { useFormat } from "../../ui/format";
import { searchOf } from "../list/search";
import { useCampaign } from "../shell/CampaignContext";
import { TableCaption } from "../ui/TableCaption";
import classes from "./Charts.module.css";
import type { Scale } from "./scale";

export interface Day {
  day: string;
  value: number;
  /** query names the people whom the day counts, where a list has them. */
  query?: string;
}

export interface DayChartProps {
  title: string;
  days: Day[];
  scale: Scale;
  /** axis is the width of the labels of the grid lines. Charts of one section share it, so that their days align. */
  axis: number;
  /** list is the one that the queries of the days are for. */
  list?: "contacts" | "mobilizers";
}

const height = 150;
const foot = 20; // for the labels of the days

/**
 * DayChart draws a bar for each day. It is one tab stop; arrow keys walk through the days, and a line below reads them out. Enter
 * or a click leads to the people whom a day counts; so do the days in the table.
 */
export function DayChart({ title, days, scale, axis, list = "contacts" }: DayChartProps) {
  const { t } = useLingui();
  const format = useFormat();
  const [at, setAt] = useState<number>();
  const { ref, width } = useElementSize();
  const most = days.reduce((best, day) => (day.value > best.value ? day : best), days[0]!);
  const sum = days.reduce((total, day) => total + day.value, 0);
  const count = t`${plural(days.length, { one: "# day", other: "# days" })}`;
  const summary = t`${count}, most ${format.number(most.value)} on ${format.day(most.day)}, ${format.number(sum)} in all`;
  const current = at === undefined ? undefined : days[Math.min(at, days.length - 1)];
  const { campaign } = useCampaign();
  const navigate = useNavigate();
  const open = () => {
    if (current && hasRows(current)) void navigate({ to: `/c/$campaign/people/${list}`, params: { campaign: campaign.id }, search: searchOf(current.query!) });
  };
  const walk = (event: React.KeyboardEvent) => {
    if (event.key === "Enter") return open();
    const moves: Record<string, number> = { ArrowRight: (at ?? -1) + 1, ArrowLeft: (at ?? days.length) - 1, Home: 0, End: days.length - 1 };
    const next = moves[event.key];
    if (next === undefined) return;
    event.preventDefault();
    setAt(Math.max(0, Math.min(days.length - 1, next)));
  };
  return (
    <figure className={classes.chart}>
      <Title order={3} component="figcaption">{title}</Title>
      <div ref={ref} role="img" aria-label={`${title}: ${summary}`} tabIndex={0} className={classes.plot} data-open={(current && hasRows(current)) || undefined} onClick={open} onKeyDown={walk} onBlur={() => setAt(undefined)} onMouseLeave={() => setAt(undefined)}>
        <Bars days={days} scale={scale} axis={axis} width={width || 480} at={at} onPoint={setAt} />
      </div>
      <p role="status" className={classes.reading}>{current ? `${format.fullDay(current.day)}: ${format.number(current.value)}` : summary}</p>
      <details>
        <summary><Trans>As table</Trans></summary>
        <Table className={classes.table}>
          <TableCaption>{title}</TableCaption>
          <Table.Thead><Table.Tr><Table.Th scope="col"><Trans>Day</Trans></Table.Th><Table.Th scope="col" ta="end">{title}</Table.Th></Table.Tr></Table.Thead>
          <Table.Tbody>{days.map((d) => <Table.Tr key={d.day}><Table.Th scope="row" fw={400}><DayName day={d} list={list} /></Table.Th><Table.Td ta="end">{format.number(d.value)}</Table.Td></Table.Tr>)}</Table.Tbody>
        </Table>
      </details>
    </figure>
  );
}

/** hasRows reports whether a list has the people whom a day counts. Touchpoints of a day are on many contacts' pages, and have none. */
const hasRows = ({ query, value }: Day) => query !== undefined && value > 0;

function DayName({ day, list }: { day: Day; list: string }) {
  const name = useFormat().fullDay(day.day);
  const { campaign } = useCampaign();
  if (!hasRows(day)) return name;
  return <Anchor component={Link} to={`/c/${campaign.id}/people/${list}?${day.query}`} inherit>{name}</Anchor>;
}

interface BarsProps extends Pick<DayChartProps, "days" | "scale" | "axis"> {
  /** width is that of the page's column, so that text keeps its size on a phone. */
  width: number;
  at?: number;
  onPoint: (at: number) => void;
}

function Bars({ days, scale, axis, width, at, onPoint }: BarsProps) {
  const format = useFormat();
  const y = (value: number) => height - (value / scale.top) * (height - 8);
  const step = (width - axis) / days.length;
  return (
    <svg viewBox={`0 0 ${width} ${height + foot}`} aria-hidden focusable="false">
      {[0, ...scale.lines].map((line) => (
        <g key={line}>
          <line x1={axis} x2={width} y1={y(line)} y2={y(line)} className={classes.grid} />
          <text x={axis - 6} y={y(line) + 4} textAnchor="end" className={classes.label}>{format.number(line)}</text>
        </g>
      ))}
      {days.map((day, n) => (
        <g key={day.day} onMouseEnter={() => onPoint(n)}>
          <rect x={axis + n * step} width={step} y={0} height={height} fill="transparent" />
          <rect x={axis + n * step + step * 0.12} width={step * 0.76} y={y(day.value)} height={height - y(day.value)} className={classes.bar} data-current={n === at || undefined} />
        </g>
      ))}
      <text x={axis} y={height + 15} className={classes.label}>{format.day(days[0]!.day)}</text>
      {days.length > 1 && <text x={width} y={height + 15} textAnchor="end" className={classes.label}>{format.day(days.at(-1)!.day)}</text>}
    </svg>
  );
}
