// What every page's script shares: its words, short sentences at the top, and posting a form without leaving.

export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

const block = document.getElementById("words");
export const words = block ? JSON.parse(block.textContent) : {};

/** `fill("{n} left", {n: 3})`. */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

const SHOWN = 8000; // milliseconds, where nothing is wrong

/** One sentence where the server would have put it. What went wrong stays until the next one. */
export function notice(text, wrong = false) {
  const line = document.createElement("p");
  line.className = wrong ? "notice wrong" : "notice";
  line.textContent = text;
  document.getElementById("notices").replaceChildren(line);
  if (!wrong) setTimeout(() => line.remove(), SHOWN);
}

/** Post a form as the browser would; answers {ok, message, …}, also when there is no connection. */
export function post(form, submitter) {
  const body = new URLSearchParams(new FormData(form));
  if (submitter?.name) body.set(submitter.name, submitter.value);
  return send(form.action, body);
}

/** Post fields; answers {ok, message, …}, also when there is no connection. */
export async function send(path, fields) {
  const body = new URLSearchParams(fields);
  try {
    const response = await fetch(path, { method: "POST", body, headers: { Accept: "application/json" } });
    if (response.headers.get("Content-Type")?.includes("json")) return await response.json();
    if (response.status === 401 || response.redirected) location.reload();
    return { ok: false, message: words.failed };
  } catch {
    return { ok: false, message: words.failed };
  }
}

/** `75` as "1:15". */
export function clock(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  const pair = (n) => String(n).padStart(2, "0");
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h ? `${h}:${pair(m)}:${pair(s)}` : `${m}:${pair(s)}`;
}

const { lang, dataset } = document.documentElement;

/** Dates and hours as the server writes them: day before month, 24 hours, on the council's clock. */
export const written = (form) => new Intl.DateTimeFormat({ en: "en-GB", lb: "de" }[lang] ?? lang, { hourCycle: "h23", timeZone: dataset.zone, ...form });

/** "2026-12-24" as people write it here. */
export const day = (iso) => written({ dateStyle: "long" }).format(new Date(`${iso}T12:00:00Z`));

/** Whether a key is meant for the page and not for a field. */
export function isShortcut(event) {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  return !typing && !event.ctrlKey && !event.metaKey && !event.altKey && !event.repeat;
}
