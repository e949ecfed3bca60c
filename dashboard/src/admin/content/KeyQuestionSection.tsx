import { Trans, useLingui } from "@lingui/react/macro";
import { Table, Text } from "@mantine/core";
import type { Campaign } from "../data/campaigns";
import { useCampaign } from "../shell/CampaignContext";
import { EditableSection } from "../ui/EditableSection";
import { Tag } from "../ui/Tag";
import { Empty } from "../ui/State";
import { TableCaption } from "../ui/TableCaption";
import { KeyQuestionForm, keyQuestionDraft } from "./KeyQuestionForm";

/** KeyQuestionSection has the question that mobilizers answer about each contact. Its responses are the campaign ladder. */
export function KeyQuestionSection({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useLingui();
  const { campaign, closed } = useCampaign();
  const { text, text_es, responses } = campaign.key_question;
  return (
    <EditableSection
      title={t`Key Question`} description={t`Mobilizers answer it about each contact. The responses are the campaign ladder.`}
      draft={keyQuestionDraft(campaign.id)} open={open} onClose={onClose} locked={closed && t`This campaign is closed.`}
      form={(close) => <KeyQuestionForm close={close} />}
    >
      {text ? <Text fw={600}>{text}</Text> : <Empty title={t`The question is not written yet`}>{t`Ask for example: “How likely is this person to vote?”`}</Empty>}
      {text_es && <Text c="dimmed" lang="es">{text_es}</Text>}
      <ResponseTable responses={responses} />
    </EditableSection>
  );
}

function ResponseTable({ responses }: { responses: Campaign["key_question"]["responses"] }) {
  const { t } = useLingui();
  return (
    <Table withRowBorders={false} verticalSpacing={6} mt="xs" maw={520}>
      <TableCaption>{t`Responses`}</TableCaption>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col" c="dimmed" fw={500}><Trans>Response</Trans></Table.Th>
          <Table.Th scope="col" c="dimmed" fw={500} ta="end" w={90}><Trans>Value</Trans></Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {responses.map((response) => (
          <Table.Tr key={response.id}>
            <Table.Td c={response.retired ? "dimmed" : undefined}>{response.text} {response.retired && <Tag><Trans>Retired</Trans></Tag>}{response.text_es && <Text size="sm" c="dimmed" lang="es">{response.text_es}</Text>}</Table.Td>
            <Table.Td ta="end">{response.value}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
