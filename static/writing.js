/* What the editor does to the text: pure functions on a text and a selection, and one way to put
   the result back that keeps the browser's own undo. */
"use strict";

const Writing = (() => {
  const TABLE = "\n| 谁 | 做什么 |\n| --- | --- |\n|  |  |\n|  |  |\n";
  const LEVELS = "\n### 响应分级\n\n| 级别 | 启动条件 | 谁指挥 | 镇里做什么 | 村里做什么 |\n" +
    "| --- | --- | --- | --- | --- |\n| 蓝色 |  |  |  |  |\n| 黄色 |  |  |  |  |\n| 橙色 |  |  |  |  |\n| 红色 |  |  |  |  |\n";

  /* Replace [start, end) of the box by text, as if typed: execCommand keeps undo where it works. */
  function replace(box, start, end, text) {
    box.focus();
    box.setSelectionRange(start, end);
    const isTyped = text === ""
      ? document.execCommand("delete")
      : document.execCommand("insertText", false, text);
    if (!isTyped) {
      box.setRangeText(text, start, end, "end");
      box.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  function lineAround(box) {
    const text = box.value;
    const start = text.lastIndexOf("\n", box.selectionStart - 1) + 1;
    const found = text.indexOf("\n", box.selectionEnd);
    return { start, end: found < 0 ? text.length : found };
  }

  function heading(box, marks) {
    const { start, end } = lineAround(box);
    const line = box.value.slice(start, end).replace(/^#{1,6}\s*/, "");
    const isSame = box.value.slice(start, end).startsWith(marks + " ");
    replace(box, start, end, isSame ? line : `${marks} ${line}`);
  }

  function bold(box) {
    const [start, end] = [box.selectionStart, box.selectionEnd];
    const chosen = box.value.slice(start, end);
    if (chosen.startsWith("**") && chosen.endsWith("**") && chosen.length > 4) {
      replace(box, start, end, chosen.slice(2, -2));
      return;
    }
    replace(box, start, end, `**${chosen || "重点"}**`);
    box.setSelectionRange(start + 2, start + 2 + (chosen || "重点").length);
  }

  function list(box, isNumbered) {
    const { start, end } = lineAround(box);
    const lines = box.value.slice(start, end).split("\n");
    const marked = lines.map((line, n) => {
      const plain = line.replace(/^(\s*)(?:[-*+]|\d+[.)])\s+/, "$1");
      return isNumbered ? `${n + 1}. ${plain}` : `- ${plain}`;
    });
    replace(box, start, end, marked.join("\n"));
  }

  function insertBlock(box, block) {
    const at = lineAround(box).end;
    replace(box, at, at, (at > 0 ? "\n" : "") + block);
  }

  /* After Enter at the end of a list item or table row: the mark of the next one; an empty item
     ends the list. Gives false where Enter means only a new line. */
  function continueLine(box) {
    if (box.selectionStart !== box.selectionEnd) return false;
    const { start, end } = lineAround(box);
    const line = box.value.slice(start, end);
    if (box.selectionStart !== end) return false;
    const item = line.match(/^(\s*)([-*+]|(\d+)([.)]))(\s+)(.*)$/);
    if (item) {
      if (!item[6]) replace(box, start, end, "");
      else replace(box, end, end, `\n${item[1]}${item[3] ? Number(item[3]) + 1 + item[4] : item[2]}${item[5]}`);
      return true;
    }
    if (/^\|.*\|\s*$/.test(line) && !/^\|[\s|:-]*$/.test(line)) {
      const cells = line.split("|").length - 2;
      replace(box, end, end, "\n|" + "  |".repeat(cells));
      box.setSelectionRange(end + 3, end + 3);
      return true;
    }
    return false;
  }

  function jump(box, lineNumber) {
    const before = box.value.split("\n").slice(0, lineNumber - 1).join("\n").length;
    const at = lineNumber > 1 ? before + 1 : 0;
    box.focus();
    box.setSelectionRange(at, at);
    const height = parseFloat(getComputedStyle(box).lineHeight) || 28;
    const ratio = at / Math.max(1, box.value.length);
    box.scrollTop = Math.max(0, ratio * box.scrollHeight - 3 * height);
  }

  function listHeadings(text) {
    return text.split("\n").map((line, n) => [line.match(/^(#{2,3})\s+(.+)$/), n + 1])
      .filter(([found]) => found)
      .map(([found, line]) => ({ line, level: found[1].length, title: found[2].trim() }));
  }

  /* A text as the server keeps it: to tell whether two texts are the same in what counts. */
  function tidy(text) {
    return text.replace(/\r\n?/g, "\n").split("\n").map((line) => line.trimEnd()).join("\n")
      .replace(/^\n+|\n+$/g, "");
  }

  return { replace, heading, bold, list, insertBlock, continueLine, jump, listHeadings, tidy, TABLE, LEVELS };
})();
