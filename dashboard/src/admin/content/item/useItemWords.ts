import { useLingui } from "@lingui/react/macro";
import { useCampaign } from "../../shell/CampaignContext";
import { useTargetText } from "../targets";
import type { ItemWords } from "./itemForm";
import { useTypeNames } from "./types";

/** useItemWords returns the names of an action item's parts. */
export function useItemWords(): ItemWords {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const types = useTypeNames();
  const target = useTargetText(campaign);
  const names = {
    type: t`Type`, title: t`Title`, nickname: t`Heading in tables`, description: t`Description`, title_es: t`Title in Spanish`,
    description_es: t`Description in Spanish`, message: t`Suggested message`, message_es: t`Suggested message in Spanish`, links: t`Links`, options: t`Options`, target: t`Target`,
  };
  return { names, types, target };
}
