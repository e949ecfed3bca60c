import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useOrganization } from "../../shell/OrganizationShell";
import { Page } from "../../ui/Page";
import { Section } from "../../ui/Section";
import { Empty, ErrorState, Loading } from "../../ui/State";
import { voterFilesQuery, type VoterFile } from "../queries";
import { UploadForm } from "./UploadForm";
import { VoterFileTable } from "./VoterFileTable";

const working = (file: VoterFile) => file.status === "waiting" || file.status === "importing";

/** VoterFilesPage uploads voter files and shows how they were imported. */
export default function VoterFilesPage() {
  const { t } = useLingui();
  const { organization } = useOrganization();
  const files = useQuery({
    ...voterFilesQuery(organization.id),
    refetchInterval: (query) => (query.state.data?.items.some(working) ? 2_000 : false),
  });
  return (
    <Page title={t`Voter files`} context={organization.name} description={t`Contacts and mobilizers are matched to the registered voters of a state. All campaigns of the organization use them.`}>
      <Section title={t`Upload a voter file`}><UploadForm /></Section>
      <Section title={t`Files`}>
        {files.isPending && <Loading />}
        {files.isError && <ErrorState error={files.error} retry={() => void files.refetch()} />}
        {files.data?.items.length === 0 && <Empty title={t`No voter files yet`}>{t`Without one, contacts can't be matched.`}</Empty>}
        {!!files.data?.items.length && <VoterFileTable files={files.data.items} />}
      </Section>
    </Page>
  );
}
