// A small part of Markdown, as elements: paragraphs, headings, lists, bold, italic, code and links. Everything else,
// HTML above all, stays the text that it is, and pictures become links: nothing is fetched that a campaign wrote down.
const inline = new RegExp([
  /\\([!-/:-@[-`{-~])/, // 1: escaped
  /`([^`]+)`/, // 2: code
  /\*\*(?=\S)([^*]+(?:\*[^*]+\*[^*]*)*)\*\*/, // 3: bold
  /\*(?=[^\s*])([^*]+)\*/, // 4: italic
  /(?<![\p{L}\p{N}_])__(?=\S)([^_]+)__(?![\p{L}\p{N}_])/, // 5: bold
  /(?<![\p{L}\p{N}_])_(?=\S)([^_]+)_(?![\p{L}\p{N}_])/, // 6: italic
  /!?\[([^\][]*)\]\(\s*([^()\s]+)[^()]*\)/, // 7: link's text, 8: its address
  /<?(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)*_'])>?/, // 9: address
].map((one) => one.source).join("|"), "gu");

const made = (name, text) => Object.assign(document.createElement(name), { textContent: text });

// web is a link to a web or mail address, or only its text when the address is no such thing.
export function web(address, text) {
  let to;
  try {
    to = new URL(address);
  } catch {
    return document.createTextNode(text);
  }
  if (!["https:", "http:", "mailto:"].includes(to.protocol)) return document.createTextNode(text);
  return Object.assign(made("a", text), { href: to.href, target: "_blank", rel: "noopener noreferrer nofollow" });
}

function write(into, text) {
  let done = 0;
  for (const found of text.matchAll(inline)) {
    const [all, escaped, code, bold, italic, bold2, italic2, label, address, bare] = found;
    into.append(text.slice(done, found.index));
    done = found.index + all.length;
    if (escaped) into.append(escaped);
    else if (code) into.append(made("code", code));
    else if (bold ?? bold2) write(into.appendChild(made("strong", "")), bold ?? bold2);
    else if (italic ?? italic2) write(into.appendChild(made("em", "")), italic ?? italic2);
    else into.append(web(address ?? bare, (label ?? "") || (address ?? bare)));
  }
  into.append(text.slice(done));
}

// markdown returns a text as elements. Headings begin at the second level: the page has a title.
export function markdown(text) {
  const page = document.createDocumentFragment();
  let lines = [];
  let into = null; // what the lines belong in; a paragraph of their own when null
  const flush = () => {
    if (lines.length > 0) write(into ?? page.appendChild(made("p", "")), lines.join("\n"));
    [lines, into] = [[], null];
  };
  for (const line of text.split(/\r\n|\r|\n/)) {
    const heading = /^ {0,3}(#{1,6})[ \t](.*)$/.exec(line);
    const item = /^[ \t]*(?:[-*+]|(\d{1,9})[.)])[ \t]+(\S.*)$/.exec(line);
    if (heading) {
      flush();
      write(page.appendChild(made(heading[1].length > 2 ? "h3" : "h2", "")), heading[2].trim());
    } else if (item) {
      flush();
      const kind = item[1] ? "OL" : "UL";
      if (page.lastElementChild?.tagName !== kind) {
        const list = page.appendChild(made(kind, ""));
        if (item[1]) list.start = Number(item[1]);
      }
      into = page.lastElementChild.appendChild(made("li", ""));
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
