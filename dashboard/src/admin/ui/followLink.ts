/** followLink downloads the file of a link that was made for this click. */
export function followLink(url: string, name: string) {
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.rel = "noopener";
  link.click();
}
