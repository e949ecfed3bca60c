import { Trans, useLingui } from "@lingui/react/macro";
import { Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Schemas } from "../../../api/client";
import { useFormat } from "../../../ui/format";
import { useOrganization } from "../../shell/OrganizationShell";
import { ErrorState, Loading } from "../../ui/State";
import { TableScroll } from "../../ui/TableScroll";
import { placeName } from "../../ui/placeName";
import { organizationKey, type VoterFile } from "../queries";
import { getReview } from "./files";

type Review = Schemas["VoterFileReview"];

/** FileReview shows what a file that needs confirmation would change, by figures and samples. */
export function FileReview({ file }: { file: VoterFile }) {
  const { t } = useLingui();
  const { organization } = useOrganization();
  const { number } = useFormat();
  const query = useQuery({ queryKey: [...organizationKey(organization.id), "voter-files", file.id, "review"], queryFn: () => getReview(organization.id, file.id) });
  if (query.isError) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return <Loading />;
  const review = query.data;
  const [now, after, rejected, rows] = [review.voters_now, review.voters_after, review.rejected, review.rows].map(number);
  return (
    <>
      <Text size="sm">{t`Voters of ${file.state} now: ${now}; with this file: ${after}. Rejected: ${rejected} of ${rows} rows.`}</Text>
      {review.missing.length > 0 && <Missing voters={review.missing} />}
      {review.rejects.length > 0 && <Rejects review={review} />}
    </>
  );
}

function Missing({ voters }: { voters: Review["missing"] }) {
  const { t } = useLingui();
  return (
    <>
      <Text size="sm" fw={600}><Trans>Some voters who are not in the file</Trans></Text>
      <TableScroll label={t`Some voters who are not in the file`}>
        <Table.Tbody>
          {voters.map((voter) => (
            <Table.Tr key={voter.canonical_voter_id}>
              <Table.Td>{[voter.first_name, voter.last_name].filter(Boolean).join(" ")}</Table.Td>
              <Table.Td>{placeName({ city: voter.city, zip: voter.zip })}</Table.Td>
              <Table.Td>{t`Voter ID ${voter.canonical_voter_id}`}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </TableScroll>
    </>
  );
}

function Rejects({ review }: { review: Review }) {
  const { t } = useLingui();
  const { number } = useFormat();
  return (
    <>
      <Text size="sm" fw={600}><Trans>Reasons to reject rows</Trans></Text>
      <ul>{review.reasons.map(({ reason, rows }) => <li key={reason}>{[number(rows), reason].join(": ")}</li>)}</ul>
      <Text size="sm" fw={600}><Trans>The first rejected rows</Trans></Text>
      <TableScroll label={t`The first rejected rows`}>
        <Table.Thead>
          <Table.Tr><Table.Th>{t`Line`}</Table.Th><Table.Th>{t`Reason`}</Table.Th><Table.Th>{t`Row`}</Table.Th></Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {review.rejects.map(({ line, reason, row }) => (
            <Table.Tr key={line}><Table.Td>{number(line)}</Table.Td><Table.Td>{reason}</Table.Td><Table.Td>{row}</Table.Td></Table.Tr>
          ))}
        </Table.Tbody>
      </TableScroll>
    </>
  );
}
