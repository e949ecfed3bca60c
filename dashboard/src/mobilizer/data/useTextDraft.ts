import { useEffect, useState } from "react";
import { useCampaign } from "../CampaignContext";

/** useTextDraft returns the text of a field, which stays on the phone when the person leaves the page, and the function that changes it. Without a name the text is not kept. */
export function useTextDraft(name: string | undefined, initial = "") {
  const { outbox } = useCampaign();
  const [text, setText] = useState(initial);
  useEffect(() => {
    if (name) void outbox.readDraft<string>(name).then((kept) => kept && setText((present) => present || kept));
  }, [outbox, name]);
  const change = (next: string) => {
    setText(next);
    if (name) void outbox.writeDraft(name, next.trim() === "" ? undefined : next);
  };
  return [text, change] as const;
}
