// What every page gains from a script. Each page works without: this adds keys, announcements and the user's time zone.
"use strict";

(() => {
  const root = document.documentElement;
  root.classList.add("live");

  // The server shows times in the zone of this cookie from the next page on.
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone && !document.cookie.includes(`ringi_zone=${zone}`)) {
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `ringi_zone=${zone}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
  }

  const live = document.getElementById("live");
  const announce = (text) => { live.textContent = ""; setTimeout(() => { live.textContent = text; }, 100); };
  window.ringi = { announce };
  const notice = document.querySelector("[data-announce]");
  if (notice) announce(notice.textContent.trim());

  document.querySelector("[data-focus]")?.focus();

  // A link to something folded away unfolds it.
  function unfold() {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target instanceof HTMLDetailsElement) target.open = true;
  }
  window.addEventListener("hashchange", unfold);
  unfold();

  for (const button of document.querySelectorAll("[data-open]")) {
    button.addEventListener("click", () => openDialog(button.dataset.open));
  }

  function openDialog(id) {
    document.querySelector("[popover]:popover-open")?.hidePopover();
    document.getElementById(id)?.showModal();
  }

  // A form that was sent is not sent twice by an impatient second click.
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented || event.target.getAttribute("method") === "dialog") return;
    if (event.target.dataset.sent) { event.preventDefault(); return; }
    event.target.dataset.sent = "yes";
    event.target.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) { delete form.dataset.sent; form.removeAttribute("aria-busy"); }
  });

  // Shortcuts by place on the keyboard (event.code), so that they are the same on every layout; never while an input method composes.
  const KEYS_OFF = "ringi-keys-off";
  const rows = () => [...document.querySelectorAll("[data-row] a[data-row-link]")];
  const here = () => document.activeElement?.closest?.("[data-row]");
  const press = (selector, where = document) => { const found = where.querySelector(selector); found?.click(); return Boolean(found); };

  function move(step) {
    const all = rows();
    if (!all.length) return false;
    const now = all.findIndex((link) => link.closest("[data-row]") === here());
    const next = all[Math.min(all.length - 1, Math.max(0, now < 0 ? 0 : now + step))];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
    return true;
  }

  const firstField = () => {
    const field = document.querySelector(".form-body :is(input:not([type=hidden]), select, textarea):not(:disabled, [readonly])");
    field?.focus();
    return Boolean(field);
  };
  const search = () => {
    const field = document.querySelector("input[type=search]");
    field?.focus();
    return Boolean(field);
  };
  const claim = () => (here() && press("[data-key=claim]", here())) || (!here() && press("main [data-key=claim]"));
  const actions = {
    KeyJ: () => move(1), KeyK: () => move(-1), KeyC: claim, KeyE: firstField,
    KeyO: () => Boolean(here()) && press("a[data-row-link]", here()),
  };

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || event.altKey || event.repeat && event.code === "Enter") return;
    if ((event.ctrlKey || event.metaKey) && event.code === "Enter") {
      if (press("[data-key=complete-next]")) event.preventDefault();
      return;
    }
    const typing = event.target.closest("input, select, textarea, [contenteditable]");
    if (event.ctrlKey || event.metaKey || typing || document.querySelector("dialog[open]")) return;
    if (event.key === "?") { event.preventDefault(); openDialog("keys"); return; }
    if (localStorage.getItem(KEYS_OFF)) return;
    if (event.key === "/" && search()) { event.preventDefault(); return; }
    if (!event.shiftKey && actions[event.code]?.()) event.preventDefault();
  });

  const keysOn = document.getElementById("keys-on");
  if (keysOn) {
    keysOn.checked = !localStorage.getItem(KEYS_OFF);
    keysOn.addEventListener("change", () => {
      if (keysOn.checked) localStorage.removeItem(KEYS_OFF); else localStorage.setItem(KEYS_OFF, "yes");
    });
  }
})();
