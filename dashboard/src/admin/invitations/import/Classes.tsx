import { useLingui } from "@lingui/react/macro";
import { useFormat } from "../../../ui/format";
import { Fact, Facts } from "../../ui/Facts";
import type { Preview } from "../queries";

/** useClassNames names the classes of rows that can't be invited. */
export function useClassNames(): Record<Preview["rejected"][number]["class"], string> {
  const { t } = useLingui();
  return { duplicate: t`Invited already, or twice in the list`, already_mobilizer: t`Already a mobilizer`, suppressed: t`On the suppression list`, malformed: t`Not valid` };
}

/** Classes counts the rows of a list by what would become of them. */
export function Classes({ preview }: { preview: Preview }) {
  const { t } = useLingui();
  const format = useFormat();
  const names = useClassNames();
  const classes = Object.keys(names) as (keyof typeof names)[];
  return (
    <Facts>
      <Fact name={t`Rows`}>{format.number(preview.rows)}</Fact>
      <Fact name={t`Can be invited`}><strong>{format.number(preview.valid)}</strong></Fact>
      {classes.filter((name) => preview[name] > 0).map((name) => <Fact key={name} name={names[name]}>{format.number(preview[name])}</Fact>)}
    </Facts>
  );
}
