import { Trans, useLingui } from "@lingui/react/macro";
import { NativeSelect, SimpleGrid, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Schemas } from "../../../api/client";
import { useWrite } from "../../data/useWrite";
import { useOrganization } from "../../shell/OrganizationShell";
import { announce } from "../../ui/announce";
import { fieldProps } from "../../ui/fields";
import { Form } from "../../ui/Form";
import { FormActions } from "../../ui/FormActions";
import { ErrorState, Loading } from "../../ui/State";
import { organizationKey, voterFilesQuery, type VoterFile } from "../queries";
import { getColumns, updateMapping, type Mapping } from "./files";
import { FileSample } from "./FileSample";
import { MappingPreview } from "./MappingPreview";
import { StatusValues } from "./StatusValues";
import { useFieldNames } from "./useFieldNames";

interface MappingFormProps {
  file: VoterFile;
  close: () => void;
}

/** MappingForm says which column of a file holds what. It begins with what Kith recognized. */
export function MappingForm({ file, close }: MappingFormProps) {
  const { organization } = useOrganization();
  const columns = useQuery({ queryKey: [...organizationKey(organization.id), "voter-files", file.id, "columns"], queryFn: () => getColumns(organization.id, file.id) });
  if (columns.isError) return <ErrorState error={columns.error} retry={() => void columns.refetch()} />;
  if (!columns.data) return <Loading />;
  return <Fields file={file} columns={columns.data} close={close} />;
}

function Fields({ file, columns, close }: MappingFormProps & { columns: Schemas["VoterFileColumns"] }) {
  const { t } = useLingui();
  const { organization } = useOrganization();
  const names = useFieldNames();
  const [mapping, setMapping] = useState<Mapping>(columns.proposal);
  const save = useWrite({
    write: (body: Mapping): Promise<VoterFile> => updateMapping(organization.id, file.id, body),
    changes: [voterFilesQuery(organization.id).queryKey],
    onSuccess: () => {
      announce(t`Saved. The import runs.`);
      close();
    },
  });
  // A file without a header has numbered columns; the values of the first row show which is which.
  const header = columns.header.length > 0 ? columns.header : (columns.rows[0] ?? []).map((_, n) => String(n + 1));
  const example = (n: number) => columns.rows[0]?.[n] ?? "";
  const choices = header.map((name, n) => ({ value: name, label: example(n) ? `${name}: ${example(n)}` : name }));
  const choose = (field: string, column: string) => setMapping({ ...mapping, columns: { ...mapping.columns, [field]: column ? [column] : [] } });
  return (
    <Form name="mapping" error={save.error} onSubmit={() => save.submit(mapping)}>
      <Text size="sm"><Trans>Choose the column of each field. The choice is kept for the next file of {file.state} with the same columns.</Trans></Text>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm" style={{ alignItems: "end" }}>
        {Object.entries(names).map(([field, label]) => (
          <NativeSelect
            key={field} {...fieldProps("mapping", `columns.${field}`, save.error)} label={label}
            data={[{ value: "", label: t`No column` }, ...choices]} value={mapping.columns[field]?.[0] ?? ""} onChange={(event) => choose(field, event.currentTarget.value)}
          />
        ))}
      </SimpleGrid>
      {!!mapping.columns.status?.length && <StatusValues mapping={mapping} change={setMapping} />}
      <MappingPreview file={file} mapping={mapping} />
      <FileSample columns={columns} header={header} />
      <FormActions pending={save.pending} cancel={close} label={<Trans>Import with these columns</Trans>} />
    </Form>
  );
}
