import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { Alert, Button, Group, Text } from "@mantine/core";
import { useFormat } from "../../../ui/format";
import { useCampaign } from "../../shell/CampaignContext";
import { FormProblem } from "../../ui/FormProblem";
import { Section } from "../../ui/Section";
import { HeldMail } from "../HeldMail";
import type { ListFile, Preview, Report } from "../queries";
import { Classes } from "./Classes";
import { NewLimit } from "./NewLimit";
import { Rejects } from "./Rejects";
import { Warnings } from "./Warnings";
import { useImport } from "./useImport";

interface PreviewSectionProps {
  file: ListFile;
  preview: Preview;
}

/** PreviewSection shows what a list would do, sends it with progress, and then shows what it did. */
export function PreviewSection({ file, preview }: PreviewSectionProps) {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const list = useImport(campaign.id, file);
  const action = t`${plural(preview.valid, { one: "Invite # person", other: "Invite # people" })}`;
  const started = list.report !== undefined || list.pending;
  return (
    <Section title={t`Preview`}>
      <HeldMail />
      <NewLimit people={preview.valid} />
      <Classes preview={preview} />
      <FormProblem error={list.error} form="import" />
      {!list.finished && (
        <Group gap="sm" my="md">
          <Button loading={list.pending && !list.report} disabled={preview.valid === 0 || list.pending} onClick={list.start}>{list.error && started ? t`Continue` : action}</Button>
          {preview.valid === 0 && <Text size="sm" c="dimmed">{preview.malformed > 0 ? <Trans>No row can be invited. Correct the file and choose it again.</Trans> : <Trans>Nobody is left to invite. The table has the reason for each row.</Trans>}</Text>}
        </Group>
      )}
      {list.report && <Progress report={list.report} finished={list.finished} />}
      <Warnings rows={preview.warnings} />
      {preview.rejected.length > 0 && <Rejects file={file} rows={preview.rejected} />}
    </Section>
  );
}

function Progress({ report, finished }: { report: Report; finished: boolean }) {
  const { t } = useLingui();
  const format = useFormat();
  const done = report.rows - report.remaining;
  const rows = format.number(report.rows);
  if (finished) return <Alert variant="light" my="md" role="status" title={t`${plural(report.invited, { one: "# person invited", other: "# people invited" })}`} />;
  return (
    <div role="status">
      <progress max={report.rows} value={done} style={{ width: "100%", accentColor: "#0b6b58" }} aria-label={t`Progress`} />
      <Text size="sm"><Trans>{done} of {rows} rows. You can leave this page open; the rest follows.</Trans></Text>
    </div>
  );
}
