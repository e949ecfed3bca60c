import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Text } from "@mantine/core";
import { useRef, useState } from "react";
import { Icon } from "../../ui/icons";
import classes from "./FileDrop.module.css";

interface FileDropProps {
  /** name of the file that was chosen last. */
  name?: string;
  pending: boolean;
  onChoose: (file: File) => void;
}

/** FileDrop takes a file by dropping it or by the button. */
export function FileDrop({ name, pending, onChoose }: FileDropProps) {
  const { t } = useLingui();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const take = (files: FileList | null) => {
    const file = files?.[0];
    if (file) onChoose(file);
    if (input.current) input.current.value = ""; // so that the same file can be chosen again after a correction
  };
  const drop = (event: React.DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files);
  };
  const drag = (event: React.DragEvent) => {
    event.preventDefault();
    setOver(true);
  };
  return (
    <div className={classes.drop} data-over={over || undefined} onDragOver={drag} onDragLeave={() => setOver(false)} onDrop={drop}>
      <Icon name="upload" size={24} />
      <Text size="sm">{name ?? <Trans>Drop a file here, or choose one.</Trans>}</Text>
      <input ref={input} type="file" accept=".csv,text/csv" hidden aria-label={t`CSV file`} onChange={(event) => take(event.currentTarget.files)} />
      <Button size="xs" variant="default" loading={pending} onClick={() => input.current?.click()}>{name ? <Trans>Choose another file</Trans> : <Trans>Choose a file</Trans>}</Button>
    </div>
  );
}
