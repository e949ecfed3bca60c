import { useState } from "react";
import { useCampaign } from "../CampaignContext";
import { newDay, type Today } from "./today";

const prefix = "kith-today:";

function read(campaign: string): Today | undefined {
  const text = localStorage.getItem(prefix + campaign);
  return text === null ? undefined : (JSON.parse(text) as Today);
}

/** deleteToday forgets what was done on the Next page, in every campaign. */
export function deleteToday() {
  for (const key of Object.keys(localStorage)) if (key.startsWith(prefix)) localStorage.removeItem(key);
}

/** useToday returns today's state of the Next page, and the function that changes it. */
export function useToday() {
  const { id } = useCampaign();
  const [today, setToday] = useState(() => newDay(read(id), new Date()));
  const change = (next: (today: Today) => Today) => {
    const changed = next(newDay(read(id), new Date()));
    localStorage.setItem(prefix + id, JSON.stringify(changed));
    setToday(changed);
  };
  return [today, change] as const;
}
