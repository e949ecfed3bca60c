import { createElement, Fragment, type ReactNode } from "react";

// A small part of Markdown, as elements: paragraphs, headings, lists, bold, italic, code and links. Everything else, HTML
// above all, stays the text that it is, and pictures become links: the page fetches nothing that a campaign wrote down.
const inline = new RegExp([
  /\\([!-/:-@[-`{-~])/, // 1: escaped
  /`([^`]+)`/, // 2: code
  /\*\*(?=\S)([^*]+(?:\*[^*]+\*[^*]*)*)\*\*/, // 3: bold
  /\*(?=[^\s*])([^*]+)\*/, // 4: italic
  /(?<![\p{L}\p{N}_])__(?=\S)([^_]+)__(?![\p{L}\p{N}_])/u, // 5: bold
  /(?<![\p{L}\p{N}_])_(?=\S)([^_]+)_(?![\p{L}\p{N}_])/u, // 6: italic
  /!?\[([^\][]*)\]\(\s*([^()\s]+)[^()]*\)/, // 7: link's text, 8: its address
  /<?(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)*_'])>?/, // 9: address
].map((part) => part.source).join("|"), "gu");

const schemes = ["https:", "http:", "mailto:"];

/** ExternalLink is a link to a web or mail address, or only its text when the address is no such thing. */
export function ExternalLink({ address, children }: { address: string; children: ReactNode }) {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || !schemes.includes(url.protocol)) return children;
  return <a href={url.href} target="_blank" rel="noopener noreferrer nofollow">{children}</a>;
}

function inlineElements(text: string): ReactNode[] {
  const parts: ReactNode[] = [];
  let done = 0;
  for (const match of text.matchAll(inline)) {
    const [all, escaped, code, bold, italic, bold2, italic2, label, address, bare] = match;
    parts.push(text.slice(done, match.index));
    done = match.index + all.length;
    const strong = bold ?? bold2;
    const emphasis = italic ?? italic2;
    const key = match.index;
    if (escaped) parts.push(escaped);
    else if (code) parts.push(<code key={key}>{code}</code>);
    else if (strong) parts.push(<strong key={key}>{inlineElements(strong)}</strong>);
    else if (emphasis) parts.push(<em key={key}>{inlineElements(emphasis)}</em>);
    else {
      const to = address ?? bare ?? "";
      parts.push(<ExternalLink key={key} address={to}>{label || to}</ExternalLink>);
    }
  }
  parts.push(text.slice(done));
  return parts;
}

interface Block {
  kind: "p" | "h3" | "h4" | "ul" | "ol";
  start?: number;
  /** One string for each paragraph, heading or list item. */
  lines: string[];
}

function readBlocks(text: string): Block[] {
  const blocks: Block[] = [];
  let open = false; // whether the next line continues the last one
  for (const line of text.split(/\r\n|\r|\n/)) {
    const heading = /^ {0,3}(#{1,6})[ \t](.*)$/.exec(line);
    const item = /^[ \t]*(?:[-*+]|(\d{1,9})[.)])[ \t]+(\S.*)$/.exec(line);
    const last = blocks.at(-1);
    if (heading) {
      blocks.push({ kind: heading[1]!.length > 2 ? "h4" : "h3", lines: [heading[2]!.trim()] });
      open = false;
    } else if (item) {
      const kind = item[1] ? "ol" : "ul";
      if (last?.kind === kind) last.lines.push(item[2]!);
      else blocks.push({ kind, start: item[1] ? Number(item[1]) : undefined, lines: [item[2]!] });
      open = true;
    } else if (line.trim() === "") {
      open = false;
    } else if (open && last) {
      last.lines.push(last.lines.pop() + "\n" + line.trim());
    } else {
      blocks.push({ kind: "p", lines: [line.trim()] });
      open = true;
    }
  }
  return blocks;
}

/** Markdown shows a text that a campaign wrote. Headings begin at the third level: page and section have a title. */
export function Markdown({ text }: { text: string }) {
  return readBlocks(text).map((block, n) => {
    if (block.kind !== "ul" && block.kind !== "ol") return createElement(block.kind, { key: n }, ...inlineElements(block.lines[0]!));
    const items = block.lines.map((line, m) => <li key={m}>{inlineElements(line)}</li>);
    return block.kind === "ul" ? <ul key={n}>{items}</ul> : <ol key={n} start={block.start}>{items}</ol>;
  }).map((element, n) => <Fragment key={n}>{element}</Fragment>);
}
