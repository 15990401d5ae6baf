/* Paste from Word as Markdown: headings, bold, lists and tables of the pasted HTML. */
"use strict";

const Pasting = (() => {
  const NUMBERS = /^[\s\u00a0]*(?:[·•●▪◆]|\(?\d+[.)、）]|[a-z]\))[\s\u00a0]+/i;

  function toMarkdown(html) {
    // Styles are only read here; under another name the browser does not try to apply them.
    const plain = html.replace(/\sstyle\s*=/gi, " data-style=");
    const page = new DOMParser().parseFromString(plain, "text/html");
    const blocks = [];
    readBlocks(page.body, blocks);
    return blocks.join("\n\n").replace(/\n{3,}/g, "\n\n").trim();
  }

  function readBlocks(node, blocks) {
    for (const child of node.childNodes) {
      if (child.nodeType === Node.TEXT_NODE) {
        if (child.textContent.trim()) blocks.push(clean(child.textContent));
      } else if (child.nodeType === Node.ELEMENT_NODE) {
        readElement(child, blocks);
      }
    }
  }

  function readElement(element, blocks) {
    const name = element.tagName.toLowerCase();
    if (["script", "style", "head", "meta", "link", "o:p", "xml"].includes(name)) return;
    if (/^h[1-6]$/.test(name)) addHeading(Number(name[1]), element, blocks);
    else if (name === "table") addTable(element, blocks);
    else if (name === "ul" || name === "ol") addList(element, blocks, "");
    else if (name === "p" || (name === "div" && !element.querySelector("p,table,ul,ol,h1,h2,h3,div"))) addParagraph(element, blocks);
    else if (["b", "strong", "span", "i", "em", "a", "font", "u"].includes(name) && !element.querySelector("p,table,ul,ol,div")) {
      if (inline(element).trim()) blocks.push(inline(element).trim());
    } else readBlocks(element, blocks);
  }

  function addHeading(level, element, blocks) {
    const text = clean(element.textContent);
    if (text) blocks.push(`${level <= 2 ? "##" : "###"} ${text}`);
  }

  function addParagraph(element, blocks) {
    const style = `${element.className} ${element.getAttribute("data-style") || ""}`;
    const outline = style.match(/mso-outline-level:\s*([1-9])/) || style.match(/(?:heading|标题)\s*([1-3])/i);
    const text = inline(element).trim();
    if (!text) return;
    if (outline) {
      addHeading(Number(outline[1]), element, blocks);
    } else if (/mso-list:/.test(style) && NUMBERS.test(text.replace(/\*\*/g, ""))) {
      addItem(text, style, blocks);
    } else {
      blocks.push(text);
    }
  }

  /* Word writes a list item as a paragraph whose number is text; items in a row make one list. */
  function addItem(text, style, blocks) {
    const level = Number((style.match(/mso-list:\s*\S+\s+level(\d)/) || [0, 1])[1]);
    const isNumbered = /^[\s\u00a0(]*\d/.test(text.replace(/\*\*/g, ""));
    const item = `${"    ".repeat(level - 1)}${isNumbered ? "1." : "-"} ${text.replace(NUMBERS, "").trim()}`;
    const last = blocks.length - 1;
    if (last >= 0 && /^\s*(?:-|\d+\.) /.test(blocks[last])) blocks[last] += `\n${item}`;
    else blocks.push(item);
  }

  function addList(list, blocks, indent) {
    const lines = [];
    readItems(list, indent, lines);
    if (lines.length) blocks.push(lines.join("\n"));
  }

  function readItems(list, indent, lines) {
    const isNumbered = list.tagName === "OL";
    let number = Number(list.getAttribute("start") || 1);
    for (const item of list.children) {
      if (item.tagName === "UL" || item.tagName === "OL") { readItems(item, indent + "    ", lines); continue; }
      if (item.tagName !== "LI") continue;
      const own = item.cloneNode(true);
      own.querySelectorAll("ul,ol").forEach((inner) => inner.remove());
      lines.push(`${indent}${isNumbered ? `${number++}.` : "-"} ${inline(own).trim()}`);
      item.querySelectorAll(":scope > ul, :scope > ol").forEach((inner) => readItems(inner, indent + "    ", lines));
    }
  }

  function addTable(table, blocks) {
    const rows = [];
    const carried = [];
    for (const row of table.rows) {
      const cells = [];
      const take = () => {
        while (carried[cells.length] && carried[cells.length].rows > 0) {
          carried[cells.length].rows -= 1;
          cells.push(carried[cells.length].text);
        }
      };
      for (const cell of row.cells) {
        take();
        const text = inline(cell).trim().replace(/\n+/g, " ").replace(/\|/g, "\\|");
        for (let n = 0; n < Math.min(cell.colSpan, 50); n += 1) {
          carried[cells.length] = { rows: Math.min(cell.rowSpan, 500) - 1, text };
          cells.push(n ? "" : text);
        }
      }
      take();
      rows.push(cells);
    }
    const width = Math.max(0, ...rows.map((row) => row.length));
    if (!width) return;
    const lines = rows.map((row) => `| ${[...row, ...Array(width - row.length).fill("")].join(" | ")} |`);
    lines.splice(1, 0, `|${" --- |".repeat(width)}`);
    blocks.push(lines.join("\n"));
  }

  function inline(node) {
    let text = "";
    for (const child of node.childNodes) {
      if (child.nodeType === Node.TEXT_NODE) text += child.textContent.replace(/[\r\n\t]+/g, " ");
      else if (child.nodeType === Node.ELEMENT_NODE) text += inlineOf(child);
    }
    return text.replace(/\u00a0/g, " ");
  }

  function inlineOf(element) {
    const name = element.tagName.toLowerCase();
    if (name === "br") return "\n";
    if (["script", "style", "o:p", "img"].includes(name)) return "";
    const text = inline(element);
    const weight = (element.getAttribute("data-style") || "").match(/font-weight:\s*(bold|[6-9]00)/);
    if ((name === "b" || name === "strong" || weight) && text.trim()) {
      return text.replace(/^(\s*)([\s\S]*?)(\s*)$/, (_, before, inner, after) => `${before}**${inner.replace(/\*\*/g, "")}**${after}`);
    }
    return text;
  }

  function clean(text) {
    return text.replace(/[\s\u00a0]+/g, " ").trim();
  }

  /* Worth converting only when it holds more than running text. */
  function isRich(html) {
    return /<(?:table|h[1-6]|ul|ol|b|strong)\b|mso-(?:list|outline-level)|font-weight:\s*(?:bold|[6-9]00)/i.test(html);
  }

  return { toMarkdown, isRich };
})();
