import { Trans, useLingui } from "@lingui/react/macro";
import { NativeSelect, Radio, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useFormat } from "../../../ui/format";
import { useWrite } from "../../data/useWrite";
import { useOrganization } from "../../shell/OrganizationShell";
import { announce } from "../../ui/announce";
import { fieldProps } from "../../ui/fields";
import { FileDrop } from "../../ui/FileDrop";
import { Form } from "../../ui/Form";
import { FormActions } from "../../ui/FormActions";
import { localProblem } from "../../ui/localProblem";
import { createVoterFile, voterFilesQuery, type VoterFile } from "../queries";
import { upload } from "./files";
import { states } from "./states";

type Mode = VoterFile["mode"];

interface Values {
  state: string;
  mode: Mode;
  file?: File;
}

/** UploadForm sends a state's list of voters. It can be as large as the state publishes it. */
export function UploadForm() {
  const { t } = useLingui();
  const { organization } = useOrganization();
  const format = useFormat();
  const [values, setValues] = useState<Values>({ state: "", mode: "replace" });
  const [share, setShare] = useState(0);
  const send = useWrite({
    write: async ({ state, mode, file }: Values, key) => {
      if (!file) throw localProblem([{ field: "file", message: t`Choose the file.` }]);
      setShare(0);
      const created = await createVoterFile(organization.id, { state, mode, file_name: file.name, bytes: file.size || undefined }, key);
      await upload(created.upload, file, setShare);
    },
    changes: [voterFilesQuery(organization.id).queryKey],
    onSuccess: () => {
      announce(t`Uploaded. The import runs.`);
      setValues({ state: "", mode: "replace" });
    },
  });
  const file = fieldProps("voters", "file", send.error);
  return (
    <Form name="voters" error={send.error} onSubmit={() => send.submit(values)}>
      <NativeSelect {...fieldProps("voters", "state", send.error)} label={t`State`} required w={200} data={[{ value: "", label: t`Choose a state` }, ...states]} value={values.state} onChange={(event) => setValues({ ...values, state: event.currentTarget.value })} />
      <Radio.Group label={t`Existing voters of this state`} value={values.mode} onChange={(mode) => setValues({ ...values, mode: mode as Mode })}>
        <Stack gap="xs" mt="xs">
          <Radio value="replace" label={t`Replace them`} description={t`The file lists the whole state. Confirmed matches keep their copy of the voter.`} />
          <Radio value="add" label={t`Keep them`} description={t`The file lists a part of the state, such as a county.`} />
        </Stack>
      </Radio.Group>
      <div id={file.id} tabIndex={-1}>
        <Text size="sm" mb="xs"><Trans>A CSV or text file, as the state publishes it, or one compressed with zip or gzip: at most 4 GB. Kith finds out the columns, or asks for them.</Trans></Text>
        <FileDrop accept=".csv,.txt,.zip,.gz" label={t`Voter file`} name={values.file && `${values.file.name} (${format.bytes(values.file.size)})`} pending={false} onChoose={(chosen) => setValues({ ...values, file: chosen })} />
        {file.error && <Text size="sm" c="var(--mantine-color-error)">{file.error}</Text>}
      </div>
      {send.pending && <progress max={1} value={share} aria-label={t`Upload`} style={{ width: "100%", accentColor: "#0b6b58" }} />}
      <FormActions pending={send.pending} label={<Trans>Upload</Trans>} />
    </Form>
  );
}
