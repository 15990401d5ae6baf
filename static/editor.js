/* The editor: toolbar, shortcuts, live preview, and keeping what is not saved. Without this file
   the page is a plain text box with the same buttons below it. */
"use strict";

(() => {
  const form = document.getElementById("editor-form");
  const box = document.getElementById("body");
  const kept = document.getElementById("kept");
  const live = document.getElementById("live");
  const others = document.getElementById("others");
  const trouble = document.getElementById("trouble");
  const basedOn = form.querySelector("[name=based_on_id]");
  const STORE = `draft-${form.dataset.key}`;
  const KEEP_EVERY = 5000, SEEN_EVERY = 20000, PREVIEW_AFTER = 700;
  let lastKept = box.value, lastSeen = 0, previewTimer = 0, storeTimer = 0, isSending = false;

  document.getElementById("toolbar").hidden = false;
  live.hidden = false;

  /* Toolbar and shortcuts */

  const actions = {
    chapter: () => Writing.heading(box, "##"),
    section: () => Writing.heading(box, "###"),
    bold: () => Writing.bold(box),
    bullets: () => Writing.list(box, false),
    numbers: () => Writing.list(box, true),
    table: () => Writing.insertBlock(box, Writing.TABLE),
    levels: () => Writing.insertBlock(box, Writing.LEVELS),
    undo: () => { box.focus(); document.execCommand("undo"); },
    redo: () => { box.focus(); document.execCommand("redo"); },
  };
  document.getElementById("toolbar").addEventListener("click", (event) => {
    const button = event.target.closest("button[data-do]");
    if (button) actions[button.dataset.do]();
  });
  document.getElementById("toolbar").addEventListener("change", (event) => {
    const choice = event.target;
    if (choice.dataset.do === "reference" && choice.value) Writing.replace(box, box.selectionStart, box.selectionEnd, choice.value);
    if (choice.dataset.do === "jump" && choice.value) Writing.jump(box, Number(choice.value));
    choice.selectedIndex = 0;
  });

  box.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return; // an input method is at work
    const isCommand = event.ctrlKey || event.metaKey;
    const wanted = isCommand && {
      b: actions.bold, s: () => form.querySelector("[name=save]").click(),
      2: event.altKey && actions.chapter, 3: event.altKey && actions.section,
    }[event.key.toLowerCase()];
    if (wanted) { event.preventDefault(); wanted(); return; }
    if (event.key === "Enter" && !isCommand && !event.shiftKey && Writing.continueLine(box)) event.preventDefault();
  });

  box.addEventListener("paste", (event) => {
    const html = event.clipboardData && event.clipboardData.getData("text/html");
    if (!html || !Pasting.isRich(html)) return;
    const text = Pasting.toMarkdown(html);
    if (!text) return;
    event.preventDefault();
    const before = box.value.slice(0, box.selectionStart);
    const gap = before && !before.endsWith("\n\n") && /^(?:#|\||- |\d+\. )/.test(text) ? "\n\n" : "";
    Writing.replace(box, box.selectionStart, box.selectionEnd, gap + text);
  });

  /* Live preview and outline */

  function fields(body) {
    return new URLSearchParams({
      csrf_token: form.querySelector("[name=csrf_token]").value, body, based_on_id: basedOn.value,
    });
  }

  async function send(url, body) {
    const answer = await fetch(url, { method: "POST", body: fields(body), headers: { Accept: "application/json" } });
    const said = await answer.json();
    if (answer.status === 400 && said.csrf_token) {
      form.querySelectorAll("[name=csrf_token]").forEach((field) => { field.value = said.csrf_token; });
    }
    return { status: answer.status, said };
  }

  async function preview() {
    try {
      const { status, said } = await send(form.dataset.preview, box.value);
      if (status === 200) { live.firstElementChild.innerHTML = said.html; pinDemands(); }
      else if (status !== 400 && status !== 401) live.firstElementChild.textContent = said.message;
    } catch (error) { /* no network: the text is kept on this device, the preview waits */ }
  }

  /* What a drill found wanting stands beside its heading. */
  function pinDemands() {
    const plain = (title) => title.replace(/^[\d.]+\s+/, "").trim();
    const headings = [...live.querySelectorAll("h2, h3")];
    document.querySelectorAll("li[data-heading]").forEach((demand) => {
      const heading = headings.find((one) => plain(one.textContent) === plain(demand.dataset.heading));
      if (!heading) return;
      const note = document.createElement("p");
      note.className = "notice pinned";
      note.textContent = demand.dataset.text;
      heading.after(note);
    });
  }

  function refreshOutline() {
    const jump = form.querySelector("[data-do=jump]");
    jump.replaceChildren(jump.options[0], ...Writing.listHeadings(box.value).map((heading) =>
      new Option("　".repeat(heading.level - 2) + heading.title, heading.line)));
  }

  box.addEventListener("scroll", () => {
    const ratio = box.scrollTop / Math.max(1, box.scrollHeight - box.clientHeight);
    live.scrollTop = ratio * (live.scrollHeight - live.clientHeight);
  });

  /* Keeping what is not saved: on this device at once, on the server every few seconds */

  function store() {
    try {
      localStorage.setItem(STORE, JSON.stringify({ body: box.value, basedOn: basedOn.value, at: Date.now() }));
    } catch (error) { /* full or forbidden: the server keeps it all the same */ }
  }

  function stored() {
    try { return JSON.parse(localStorage.getItem(STORE)); } catch (error) { return null; }
  }

  function forget() {
    try { localStorage.removeItem(STORE); } catch (error) { /* nothing to forget */ }
  }

  async function keep() {
    const body = box.value, isChanged = body !== lastKept;
    if (isSending || (!isChanged && Date.now() - lastSeen < SEEN_EVERY)) return;
    isSending = true;
    try {
      const { status, said } = await send(form.dataset.keep, isChanged ? body : "");
      if (status === 200) { if (isChanged) lastKept = body; lastSeen = Date.now(); showKept(said); }
      else if (status === 401) showLost();
      else if (status !== 400) showTrouble(said.message);
    } catch (error) {
      kept.textContent = kept.dataset.local;
    }
    isSending = false;
  }

  function showKept(said) {
    if (said.kept_at) kept.textContent = `${kept.dataset.kept} ${said.kept_at}`;
    others.hidden = !said.others.length;
    others.textContent = others.dataset.names + said.others.join("、");
    if (String(said.head_id) !== basedOn.value) showTrouble(said.head_by + kept.dataset.newer);
    else trouble.hidden = true;
  }

  function showTrouble(text) {
    trouble.textContent = text;
    trouble.hidden = false;
  }

  function showLost() {
    showTrouble(kept.dataset.lost);
    const link = document.createElement("a");
    Object.assign(link, { href: form.dataset.signIn, target: "_blank", rel: "noopener", textContent: kept.dataset.signIn });
    trouble.append(link);
  }

  /* What this device kept from another time is offered back */

  function offerStored() {
    const found = stored(), bar = document.getElementById("local-offer");
    if (!found) return;
    if (Writing.tidy(found.body) === Writing.tidy(box.value)) { forget(); return; }
    if (document.getElementById("offer") || document.getElementById("refusals")) return;
    const text = bar.firstElementChild;
    text.textContent = text.dataset.text + new Date(found.at).toLocaleString("zh-CN");
    bar.hidden = false;
    bar.querySelector("[data-take]").addEventListener("click", () => {
      Writing.replace(box, 0, box.value.length, found.body);
      basedOn.value = found.basedOn;
      bar.hidden = true;
    });
    bar.querySelector("[data-drop]").addEventListener("click", () => { forget(); bar.hidden = true; });
  }

  box.addEventListener("input", () => {
    clearTimeout(previewTimer);
    clearTimeout(storeTimer);
    previewTimer = setTimeout(() => { preview(); refreshOutline(); }, PREVIEW_AFTER);
    storeTimer = setTimeout(store, 400);
  });
  addEventListener("pagehide", () => { if (box.value !== box.defaultValue) store(); });
  form.addEventListener("submit", store);
  offerStored();
  preview();
  keep();
  setInterval(keep, KEEP_EVERY);
})();
