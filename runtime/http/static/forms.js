// Forms that follow what is typed, and that lose nothing. All rules are the server's: this asks it for the form as it is now and puts
// that in place of the old one. Without the script the button "Update the form" does the same.
"use strict";

(() => {
  const CONTROLS = new Set(["~add", "~remove", "~update"]);
  const DRAFT = "ringi-draft:";
  const SECRET = new Set(["csrf_token", "once"]);
  const running = new WeakMap();

  const entries = (form) => [...new FormData(form)].filter(([, value]) => typeof value === "string");

  async function refresh(form, sent, extra) {
    running.get(form)?.abort();
    const control = new AbortController();
    running.set(form, control);
    const answer = await fetch(form.getAttribute("action"), { method: "POST", body: new URLSearchParams([...sent, ...extra]), signal: control.signal });
    if (!answer.ok) throw new Error(`the form could not be brought up to date: ${answer.status}`);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector(`form[action="${CSS.escape(form.getAttribute("action"))}"] .form-body`) || page.querySelector(".form-body");
    const old = form.querySelector(".form-body");
    if (!fresh || !old) return;
    keepWhatWasTypedMeanwhile(form, sent, fresh);
    const focus = document.activeElement;
    const spot = { id: focus?.id, start: focus?.selectionStart, end: focus?.selectionEnd };
    old.replaceWith(fresh);
    restoreFocus(spot);
  }

  function keepWhatWasTypedMeanwhile(form, sent, fresh) {
    const before = new Map(sent);
    for (const [name, value] of entries(form)) {
      const field = fresh.querySelector(`[name="${CSS.escape(name)}"]:is(input:not([type=checkbox], [type=radio], [type=hidden]), textarea, select)`);
      if (field && before.get(name) !== value) field.value = value;
    }
  }

  function restoreFocus({ id, start, end }) {
    const field = id && document.getElementById(id);
    if (!field) return;
    field.focus();
    try { if (typeof start === "number") field.setSelectionRange(start, end); } catch { /* a number or date field has no selection */ }
  }

  async function update(form, extra) {
    try {
      await refresh(form, entries(form), extra);
    } catch (error) {
      if (error.name === "AbortError") return;
      // The server cannot be reached just now; the form stays as it is and can still be sent.
      form.closest("main")?.querySelector("[data-form-state]")?.replaceChildren(form.dataset.offline || "");
    }
  }

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-form]");
    if (form && event.target.closest("[data-reacts]")) update(form, [["~update", "1"]]);
  });

  document.addEventListener("submit", (event) => {
    const { target: form, submitter } = event;
    if (!form.matches("form[data-form]") || !submitter || !CONTROLS.has(submitter.name)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const path = submitter.name === "~add" ? submitter.value : null;
    update(form, [[submitter.name, submitter.value]]).then(() => {
      const list = path && document.getElementById(`f.${path}`);
      list?.querySelector(".list-row:last-of-type :is(input:not([type=hidden]), select, textarea)")?.focus();
    });
  }, true);

  // Drafts live in this tab only, under the name of the person, and go when the form was taken or the person signs out.
  const key = (form) => `${DRAFT}${document.body.dataset.user || ""}:${form.getAttribute("action")}`;
  const clock = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
  const drafted = [...document.querySelectorAll("form[data-form][data-draft]")];
  const open = new Set(drafted.map(key));

  for (const name of Object.keys(sessionStorage)) {
    if (name.startsWith(DRAFT) && !open.has(name) && JSON.parse(sessionStorage.getItem(name)).sent) sessionStorage.removeItem(name);
  }

  function save(form, sent) {
    const typed = entries(form).filter(([name]) => !SECRET.has(name));
    sessionStorage.setItem(key(form), JSON.stringify({ typed, sent, at: Date.now() }));
    const place = document.querySelector("[data-form-state]");
    if (place && !sent) place.textContent = form.dataset.saved.replace("{time}", clock.format(new Date()));
  }

  async function restore(form) {
    const kept = JSON.parse(sessionStorage.getItem(key(form)) || "null");
    if (!kept || kept.sent || form.dataset.draft !== "fresh") return;
    const secrets = entries(form).filter(([name]) => SECRET.has(name));
    const now = new URLSearchParams(entries(form).filter(([name]) => !SECRET.has(name))).toString();
    if (now === new URLSearchParams(kept.typed).toString()) return;
    await refresh(form, [...kept.typed, ...secrets], [["~update", "1"]]);
    const place = document.querySelector("[data-form-state]");
    const discard = Object.assign(document.createElement("button"), { type: "button", className: "quiet small", textContent: form.dataset.discard });
    discard.addEventListener("click", () => { sessionStorage.removeItem(key(form)); location.reload(); });
    place?.replaceChildren(form.dataset.restored.replace("{time}", clock.format(new Date(kept.at))), " ", discard);
  }

  for (const form of drafted) {
    let waiting;
    form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(() => save(form, false), 400); });
    form.addEventListener("submit", () => { clearTimeout(waiting); save(form, true); });
    restore(form).catch(() => { /* the page shows what the server has; the draft stays for the next visit */ });
  }

  document.querySelector('form[action="/sign-out"]')?.addEventListener("submit", () => {
    for (const name of Object.keys(sessionStorage)) if (name.startsWith(DRAFT)) sessionStorage.removeItem(name);
  });
})();
