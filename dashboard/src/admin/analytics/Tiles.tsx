import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { Link, type LinkProps } from "@tanstack/react-router";
import { useFormat, type Fraction } from "../../ui/format";
import { uniqueVotersQuery, type Analytics } from "../data/campaigns";
import { useCampaign } from "../shell/CampaignContext";
import { searchOf } from "../list/search";
import classes from "./Tiles.module.css";

interface Tile {
  name: string;
  value: string;
  /** note gives the counts behind a share or an average. */
  note?: string;
  to: NonNullable<LinkProps["to"]>;
  search?: Record<string, string>;
}

function useTiles(totals: Analytics["totals"]): Tile[] {
  const { t } = useLingui();
  const format = useFormat();
  const counts = ({ count, of }: Fraction) => t`${format.number(count)} of ${format.number(of)}`;
  const { average_contacts_per_mobilizer: average, matched_contacts: matched, contacts_with_relational_touchpoints: touched } = totals;
  const { campaign } = useCampaign();
  const unique = useQuery(uniqueVotersQuery(campaign.id)).data;
  const voters = unique === undefined ? "" : " · " + t`${plural(unique, { one: "# voter", other: "# different voters" })}`;
  const [mobilizers, contacts] = ["/c/$campaign/people/mobilizers", "/c/$campaign/people/contacts"] as const;
  return [
    { name: t`Total mobilizers`, value: format.number(totals.mobilizers), to: mobilizers },
    { name: t`Total contacts`, value: format.number(totals.contacts), to: contacts },
    { name: t`Average contacts per mobilizer`, value: format.average(average.average), note: t`${plural(average.count, { one: "# contact", other: "# contacts" })}, ${plural(average.of, { one: "# mobilizer", other: "# mobilizers" })}`, to: mobilizers },
    { name: t`Contacts matched to the voter file`, value: format.percent(matched), note: counts(matched) + voters, to: contacts, search: searchOf(matched.query ?? "") },
    { name: t`Contacts with relational touchpoints`, value: format.percent(touched), note: counts(touched), to: contacts, search: searchOf(touched.query ?? "") },
    { name: t`Total relational touchpoints`, value: format.number(totals.relational_touchpoints), to: contacts },
  ];
}

/** Tiles shows the headline numbers. Each leads to the people behind it. */
export function Tiles({ totals }: { totals: Analytics["totals"] }) {
  const { campaign } = useCampaign();
  return (
    <ul className={classes.tiles}>
      {useTiles(totals).map((tile) => (
        <li key={tile.name}>
          <Link to={tile.to} params={{ campaign: campaign.id }} search={tile.search ?? {}} className={classes.tile}>
            <span className={classes.name}>{tile.name}</span>
            <span className={classes.value}>{tile.value}</span>
            {tile.note && <span className={classes.note}>{tile.note}</span>}
          </Link>
        </li>
      ))}
    </ul>
  );
}
