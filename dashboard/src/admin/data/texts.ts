import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useCampaign } from "../shell/CampaignContext";
import { actionItemsQuery } from "./campaigns";

interface Text {
  text: string;
  text_es?: string;
}

/** useTexts returns functions that write texts of the campaign in the page's language: in Spanish where they have it, otherwise in the primary one. */
export function useTexts() {
  const { i18n } = useLingui();
  const spanish = i18n.locale === "es";
  const { campaign } = useCampaign();
  const items = useQuery({ ...actionItemsQuery(campaign.id), enabled: spanish }).data ?? [];
  const write = ({ text, text_es }: Text) => (spanish && text_es) || text;
  const item = (id: string) => items.find((i) => i.id === id);
  return {
    write,
    response: (id: string, text: string) => write({ text, text_es: campaign.key_question.responses.find((r) => r.id === id)?.text_es }),
    /** heading writes the nickname or title of an action item. A nickname is the same in every language. */
    heading: (id: string, text: string) => write({ text, text_es: text === item(id)?.title ? item(id)?.title_es : undefined }),
    option: (itemID: string, id: string, text: string) => write({ text, text_es: item(itemID)?.options.find((o) => o.id === id)?.text_es }),
  };
}
