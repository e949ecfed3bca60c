// Renders a subset of Markdown as elements: paragraphs, headings, lists, bold, italic, code and links. Anything else,
// including HTML, stays text. Images become links, so that the page fetches nothing from the text's author.
const inline = new RegExp([
  /\\([!-/:-@[-`{-~])/, // 1: escaped
  /`([^`]+)`/, // 2: code
  /\*\*(?=\S)([^*]+(?:\*[^*]+\*[^*]*)*)\*\*/, // 3: bold
  /\*(?=[^\s*])([^*]+)\*/, // 4: italic
  /(?<![\p{L}\p{N}_])__(?=\S)([^_]+)__(?![\p{L}\p{N}_])/, // 5: bold
  /(?<![\p{L}\p{N}_])_(?=\S)([^_]+)_(?![\p{L}\p{N}_])/, // 6: italic
  /!?\[([^\][]*)\]\(\s*([^()\s]+)[^()]*\)/, // 7: link text, 8: link address
  /<?(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)*_'])>?/, // 9: bare address
].map((pattern) => pattern.source).join("|"), "gu");

const element = (name, text) => Object.assign(document.createElement(name), { textContent: text });

// externalLink returns a link to a web or mailto address, or the plain text if the address is neither.
export function externalLink(address, text) {
  let target;
  try {
    target = new URL(address);
  } catch {
    return document.createTextNode(text);
  }
  if (!["https:", "http:", "mailto:"].includes(target.protocol)) return document.createTextNode(text);
  return Object.assign(element("a", text), { href: target.href, target: "_blank", rel: "noopener noreferrer nofollow" });
}

// appendInline appends a text with its inline Markdown to a parent.
function appendInline(parent, text) {
  let end = 0;
  for (const match of text.matchAll(inline)) {
    const [all, escaped, code, bold, italic, bold2, italic2, label, address, bare] = match;
    parent.append(text.slice(end, match.index));
    end = match.index + all.length;
    if (escaped) parent.append(escaped);
    else if (code) parent.append(element("code", code));
    else if (bold ?? bold2) appendInline(parent.appendChild(element("strong", "")), bold ?? bold2);
    else if (italic ?? italic2) appendInline(parent.appendChild(element("em", "")), italic ?? italic2);
    else parent.append(externalLink(address ?? bare, (label ?? "") || (address ?? bare)));
  }
  parent.append(text.slice(end));
}

// markdown returns a text as elements. Headings start at the second level, because the first is the page title.
export function markdown(text) {
  const page = document.createDocumentFragment();
  let lines = [];
  let container = null; // the list item of the lines; null for a new paragraph
  const flush = () => {
    if (lines.length > 0) appendInline(container ?? page.appendChild(element("p", "")), lines.join("\n"));
    [lines, container] = [[], null];
  };
  for (const line of text.split(/\r\n|\r|\n/)) {
    const heading = /^ {0,3}(#{1,6})[ \t](.*)$/.exec(line);
    const item = /^[ \t]*(?:[-*+]|(\d{1,9})[.)])[ \t]+(\S.*)$/.exec(line);
    if (heading) {
      flush();
      appendInline(page.appendChild(element(heading[1].length > 2 ? "h3" : "h2", "")), heading[2].trim());
    } else if (item) {
      flush();
      const kind = item[1] ? "OL" : "UL";
      if (page.lastElementChild?.tagName !== kind) {
        const list = page.appendChild(element(kind, ""));
        if (item[1]) list.start = Number(item[1]);
      }
      container = page.lastElementChild.appendChild(element("li", ""));
      lines.push(item[2]);
    } else if (line.trim() === "") {
      flush();
    } else {
      lines.push(line.trim());
    }
  }
  flush();
  return page;
}
