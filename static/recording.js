/* The record form on a phone: buttons that fill in, keeping what is typed, sending once. */
"use strict";

(() => {
  const form = document.getElementById("record-form");
  const kept = document.getElementById("kept");
  const STORE = `record-${form.dataset.key}`;
  let tapped = null, timer = 0, lastKept = "";

  document.querySelectorAll("[data-script]").forEach((element) => { element.hidden = false; });

  const field = (name) => form.querySelector(`[name="${name}"]`);
  const clock = (moment) => moment.toTimeString().slice(0, 5);

  function set(name, value) {
    const input = field(name);
    if (input) { input.value = value; input.dispatchEvent(new Event("input", { bubbles: true })); }
  }

  function startedAt() {
    const typed = field("began_time").value;
    const now = new Date();
    if (!typed) return now;
    const [hours, minutes] = typed.split(":").map(Number);
    return new Date(now.getFullYear(), now.getMonth(), now.getDate(), hours, minutes);
  }

  /* "Now" for a moment: the minutes since the tap before it, or since the beginning. */
  function tapMoment(button) {
    const now = new Date();
    const since = tapped || startedAt();
    set(button.dataset.moment, Math.max(0, Math.min(2880, Math.round((now - since) / 60000))));
    tapped = now;
  }

  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[type=button]");
    if (!button) return;
    if (button.dataset.now) { set(button.dataset.now, clock(new Date())); if (button.dataset.now === "began_time") tapped = new Date(); }
    if (button.dataset.moment) tapMoment(button);
    if ("targets" in button.dataset) form.querySelectorAll("[data-moment]").forEach((one) => { if (one.dataset.target) set(one.dataset.moment, one.dataset.target); });
    if ("best" in button.dataset) form.querySelectorAll("input[type=radio][name^=score_][value='5']").forEach((one) => { one.checked = true; });
    if (button.dataset.say) set("no_problem", button.dataset.say);
    changed();
  });

  /* Later problems appear one by one */

  function showProblems() {
    const pairs = [...form.querySelectorAll(".problem-pair")];
    pairs.forEach((pair, n) => {
      pair.hidden = n > 0 && !pair.querySelector("textarea").value && !pairs[n - 1].querySelector("textarea").value;
    });
  }

  /* Keeping: on the phone at once, on the server when there is a signal */

  function answers() {
    const data = new FormData(form);
    data.delete("photos");
    return new URLSearchParams([...data].filter(([, value]) => typeof value === "string"));
  }

  function changed() {
    showProblems();
    clearTimeout(timer);
    timer = setTimeout(keep, 1500);
    try { localStorage.setItem(STORE, answers().toString()); } catch (error) { /* the server keeps it */ }
  }

  async function keep() {
    const body = answers();
    if (body.toString() === lastKept) return;
    try {
      const answer = await fetch(form.dataset.keep, { method: "POST", body, headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      lastKept = body.toString();
      kept.textContent = `${kept.dataset.kept} ${(await answer.json()).kept_at}`;
    } catch (error) {
      kept.textContent = kept.dataset.local;
    }
  }

  function bringBack() {
    if (document.getElementById("refusals") || kept.textContent.trim()) return;
    let stored = null;
    try { stored = localStorage.getItem(STORE); } catch (error) { return; }
    if (!stored) return;
    for (const [name, value] of new URLSearchParams(stored)) {
      if (name === "csrf_token" || name === "client_id") continue;
      const inputs = form.querySelectorAll(`[name="${name}"]`);
      inputs.forEach((input) => {
        if (input.type === "radio" || input.type === "checkbox") input.checked = input.value === value;
        else if (input.type !== "file") input.value = value;
      });
    }
  }

  form.addEventListener("input", changed);
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    try { localStorage.removeItem(STORE); } catch (error) { /* nothing kept */ }
    setTimeout(() => form.querySelectorAll("button").forEach((button) => { button.disabled = true; }));
  });
  bringBack();
  showProblems();
})();
