import { useLingui } from "@lingui/react/macro";

/** Field is a field that matching compares, with a word for each level of agreement that the API has. */
interface Field {
  name: string;
  levels: Record<string, string>;
}

/** useComparedFields returns the fields in the order in which the API gives their levels. */
export function useComparedFields(): Field[] {
  const { t } = useLingui();
  const [same, near, differs] = [t`the same`, t`spelled alike`, t`different`];
  return [
    { name: t`First name`, levels: { same, nickname: t`nickname`, initial: t`same initial`, near, middle: t`same as the middle name`, differs } },
    { name: t`Last name`, levels: { same, half: t`one of two surnames`, near, sound: t`sounds alike`, differs } },
    {
      name: t`Place`,
      levels: {
        zip: t`same zip code`, "zip:same city": t`same city, another zip code`, "zip:area": t`zip code nearby`, "zip:elsewhere": t`zip code elsewhere`,
        city: t`same city`, "city:area": t`near the city`, "city:elsewhere": t`another city`,
        "own zip": t`zip code of the mobilizer`, "own area": t`near the mobilizer`, elsewhere: t`not near the mobilizer`,
      },
    },
    { name: t`Birth year`, levels: { 0: t`the same`, 1: t`1 year apart`, "2-3": t`2 to 3 years apart`, "4-6": t`4 to 6 years apart`, more: t`more than 6 years apart` } },
    { name: t`Street`, levels: { number: t`same house number`, name: t`same street`, differs } },
    { name: t`Household`, levels: { household: t`lives with the mobilizer or a matched contact` } },
  ];
}

/** useAgreement returns a function that writes levels of agreement, such as "nickname,same,city,-,-". Fields that were not compared are left out. */
export function useAgreement() {
  const fields = useComparedFields();
  return (levels: string): string[] =>
    levels.split(",").flatMap((level, n) => (level === "-" || !fields[n] ? [] : [`${fields[n].name}: ${fields[n].levels[level] ?? level}`]));
}
