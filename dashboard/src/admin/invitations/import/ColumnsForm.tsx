import { Trans, useLingui } from "@lingui/react/macro";
import { NativeSelect, Text } from "@mantine/core";
import { useState } from "react";
import type { ApiError } from "../../../api/problem";
import { Form } from "../../ui/Form";
import { FormActions } from "../../ui/FormActions";
import type { ListColumns } from "../queries";

interface ColumnsFormProps {
  /** problem is the API's refusal, with the file's headings. */
  problem: ApiError;
  pending: boolean;
  onChoose: (columns: ListColumns) => void;
}

/** ColumnsForm asks which columns of a file have the addresses and names, if its headings are not recognized. */
export function ColumnsForm({ problem, pending, onChoose }: ColumnsFormProps) {
  const { t } = useLingui();
  const [columns, setColumns] = useState<ListColumns>({});
  const fields: [keyof ListColumns, string][] = [
    ["email_column", t`Email`], ["first_name_column", t`First name`], ["last_name_column", t`Last name`], ["name_column", t`First and last name in one column`], ["language_column", t`Language`],
  ];
  return (
    <Form name="columns" error={null} onSubmit={() => onChoose(columns)}>
      <Text size="sm" mt="md">{problem.problem.detail}</Text>
      {fields.map(([field, label]) => (
        <NativeSelect
          key={field} label={label} maw={520} value={columns[field] ?? ""} required={field === "email_column" && problem.field("email") !== undefined}
          data={[{ value: "", label: t`Automatic` }, ...(problem.problem.columns ?? []).map((heading) => ({ value: heading, label: heading }))]}
          onChange={(event) => setColumns({ ...columns, [field]: event.currentTarget.value || undefined })}
        />
      ))}
      <FormActions pending={pending} label={<Trans>Preview the list</Trans>} />
    </Form>
  );
}
