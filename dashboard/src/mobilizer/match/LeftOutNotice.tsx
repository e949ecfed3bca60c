import { Plural } from "@lingui/react/macro";
import { useEffect, useState } from "react";
import { useCampaign } from "../CampaignContext";
import type { AddWrite, Result } from "../data/writes";
import { useFieldName } from "../outbox/fields";
import type { Sent } from "../outbox/pending";
import { fullName } from "../people/names";

interface LeftOut {
  name: string;
  fields: string[];
}

/** leftOutOf returns the people who were added without a value that the API did not take. */
function leftOutOf({ write, result }: Sent): LeftOut[] {
  if (write.kind !== "add") return [];
  return (result as Result<AddWrite>).rows.flatMap(({ warnings }, n) =>
    (warnings?.length ? [{ name: fullName(write.people[n]!), fields: warnings.map(({ field }) => field) }] : []));
}

/** LeftOutNotice names the values that the API left out of people who were added while the page is open. */
export function LeftOutNotice() {
  const { outbox } = useCampaign();
  const fieldName = useFieldName();
  const [people, setPeople] = useState<LeftOut[]>([]);
  useEffect(() => outbox.onSent((sent) => setPeople((earlier) => [...earlier, ...leftOutOf(sent)])), [outbox]);
  if (people.length === 0) return null;
  return (
    <details className="card">
      <summary><Plural value={people.length} one="# person was added, with something left out" other="# people were added, with something left out" /></summary>
      <ul>{people.map(({ name, fields }, n) => <li key={n}>{name}: {fields.map(fieldName).join(", ")}</li>)}</ul>
    </details>
  );
}
