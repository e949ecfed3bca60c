/** FileText is the text of a file. doubtful is a line of it whose letters may be wrong, because the file does not say how they are written. */
export interface FileText {
  text: string;
  doubtful?: string;
}

/**
 * readText reads a file as voter files are read: as UTF-16 if it begins with a mark of it, as UTF-8 if its bytes are valid, and
 * as Windows-1252 if not, in which Excel saves a CSV.
 */
export async function readText(file: Blob): Promise<FileText> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const mark = `${bytes[0]} ${bytes[1]}`;
  if (mark === "255 254") return { text: new TextDecoder("utf-16le").decode(bytes) };
  if (mark === "254 255") return { text: new TextDecoder("utf-16be").decode(bytes) };
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    const text = new TextDecoder("windows-1252").decode(bytes);
    return { text, doubtful: text.split(/[\r\n]+/).find((line) => /[^\0-\x7f]/.test(line))?.slice(0, 120) };
  }
}
