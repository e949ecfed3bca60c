import { Trans, useLingui } from "@lingui/react/macro";
import { Anchor, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { Analytics } from "../data/campaigns";
import { useTexts } from "../data/texts";
import { useCampaign } from "../shell/CampaignContext";
import { Section } from "../ui/Section";
import { Tag } from "../ui/Tag";
import type { ListedShare } from "./ShareBar";
import { ShareRow, ShareTable } from "./ShareTable";

interface LadderSectionProps {
  ladder: Analytics["ladder"];
  answered: ListedShare;
}

/** LadderSection shows how the contacts spread over the responses to the Key Question. */
export function LadderSection({ ladder, answered }: LadderSectionProps) {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const texts = useTexts();
  return (
    <Section title={t`Campaign ladder`} description={texts.write(campaign.key_question)}>
      <ShareTable label={t`Campaign ladder`} counted={t`Response`} share={t`Share of contacts with a response`}>
        {ladder.map((rung) => {
          const response = <Anchor component={Link} to={`/c/${campaign.id}/people/contacts?${rung.contacts.query}`}>{texts.response(rung.response_id, rung.text)}</Anchor>;
          return <ShareRow key={rung.response_id} name={<>{response} {rung.retired && <Tag><Trans>Retired</Trans></Tag>}</>} share={rung.contacts} />;
        })}
        <ShareRow name={<Anchor component={Link} to={`/c/${campaign.id}/people/contacts?${answered.query ?? ""}`}><Trans>All with a response</Trans></Anchor>} share={answered} />
      </ShareTable>
      <Text size="sm" c="dimmed" mt="sm"><Trans>The last line is the share of all contacts.</Trans></Text>
    </Section>
  );
}
