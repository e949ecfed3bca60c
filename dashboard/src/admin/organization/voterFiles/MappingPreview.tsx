import { Trans, useLingui } from "@lingui/react/macro";
import { Table, Text } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useOrganization } from "../../shell/OrganizationShell";
import { TableScroll } from "../../ui/TableScroll";
import { placeName } from "../../ui/placeName";
import { organizationKey, type VoterFile } from "../queries";
import { previewMapping, type Mapping } from "./files";

/** MappingPreview shows the first voters as they would be imported. */
export function MappingPreview({ file, mapping }: { file: VoterFile; mapping: Mapping }) {
  const { t } = useLingui();
  const { organization } = useOrganization();
  const preview = useQuery({
    queryKey: [...organizationKey(organization.id), "voter-files", file.id, "preview", mapping],
    queryFn: () => previewMapping(organization.id, file.id, mapping),
    placeholderData: keepPreviousData,
    retry: false,
  });
  if (!preview.data) return null;
  return (
    <>
      <Text size="sm" fw={600}><Trans>The first voters, as they would be imported</Trans></Text>
      <TableScroll label={t`Preview`}>
        <Table.Tbody>
          {preview.data.items.slice(0, 5).map((voter, n) => (
            <Table.Tr key={n}>
              <Table.Td>{[voter.first_name, voter.middle_name, voter.last_name, voter.suffix].filter(Boolean).join(" ") || "–"}</Table.Td>
              <Table.Td>{placeName(voter)}</Table.Td>
              <Table.Td>{voter.birth_year ?? ""}</Table.Td>
              <Table.Td>{voter.reason ?? (voter.left_out ? t`left out` : "")}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </TableScroll>
    </>
  );
}
