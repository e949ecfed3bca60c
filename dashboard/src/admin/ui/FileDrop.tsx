import { Trans } from "@lingui/react/macro";
import { Button, Text } from "@mantine/core";
import { useRef, useState } from "react";
import { Icon } from "./icons";
import classes from "./FileDrop.module.css";

interface FileDropProps {
  /** name of the file that was chosen last. */
  name?: string;
  pending: boolean;
  /** accept names the kinds of files, as an input's accept does. */
  accept: string;
  label: string;
  onChoose: (file: File) => void;
}

/** FileDrop takes a file by dropping it or by the button. */
export function FileDrop({ name, pending, accept, label, onChoose }: FileDropProps) {
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
      <input ref={input} type="file" accept={accept} hidden aria-label={label} onChange={(event) => take(event.currentTarget.files)} />
      <Button size="xs" variant="default" loading={pending} onClick={() => input.current?.click()}>{name ? <Trans>Choose another file</Trans> : <Trans>Choose a file</Trans>}</Button>
    </div>
  );
}
