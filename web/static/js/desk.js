// The moderator's desk: three columns, a selected card, one key each. What arrives never moves what is being looked at.

import { bannerOf } from "./light.js";
import { LiveChannel } from "./live.js";
import { connection, Moves, showState } from "./moves.js";
import { $, $$, fill, isShortcut, words } from "./page.js";
import { Questions } from "./questions.js";

const meeting = $("#main").dataset.meeting;
const COLUMN = {
  pending: "waiting", held: "waiting", not_reviewed: "waiting",
  published: "published", queued: "published", on_air: "published", answered_live: "published", on_notice: "published", answered_written: "published", not_reached: "published",
  returned: "rejected", rejected: "rejected", merged: "rejected", withdrawn: "rejected", redacted: "rejected",
};
const columns = Object.fromEntries($$("[data-column]").map((column) => [column.dataset.column, makeColumn(column)]));
const known = new Map();
const moves = new Moves(meeting, known, put, $("#undo"));
let selected = null;
let arrived = 0;

function makeColumn(column) {
  return new Questions($(".questions", column), $("#mould"), { none: $(".none", column) });
}

/** Show a question where it belongs now. The card after it is selected when the selected one leaves its column. */
function put(q) {
  known.set(q.id, q);
  for (const [name, column] of Object.entries(columns)) {
    if (name === COLUMN[q.status]) column.put(q);
    else leave(column, q.id);
  }
  count();
}

function leave(column, id) {
  const card = column.card(id);
  if (!card) return;
  const next = card.nextElementSibling ?? card.previousElementSibling;
  const held = card.contains(document.activeElement);
  column.remove(id);
  if (selected === card) select(next, held);
}

function count() {
  for (const [name, column] of Object.entries(columns)) {
    for (const node of $$(`[data-count=${name}]`)) node.textContent = column.ids.length;
  }
}

function select(card, focus = true) {
  selected?.classList.remove("selected");
  selected = card ?? null;
  if (!selected) return;
  selected.classList.add("selected");
  if (focus) selected.focus({ preventScroll: true });
  selected.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const column = selected?.closest("[data-column]") ?? $("[data-column].shown") ?? $("[data-column=waiting]");
  const cards = $$(".questions > li", column);
  const at = cards.indexOf(selected);
  select(cards[Math.min(Math.max(at + by, 0), cards.length - 1)]);
}

function pressOf(verb) {
  const form = selected && $(`form[data-verb=${verb}]`, selected);
  if (form && !form.hidden) form.requestSubmit();
}

function reject() {
  const box = selected && $("details.reject", selected);
  if (!box || box.hidden) return;
  box.open = !box.open;
  if (box.open) $(".reason", box).focus();
}

function reason(number) {
  const box = selected && $("details.reject[open]", selected);
  $$(".reason", box ?? document.createElement("i"))[number - 1]?.click();
}

const KEYS = {
  j: () => step(1), k: () => step(-1), p: () => pressOf("publish"), r: reject, z: () => moves.takeBack(),
  a: () => pressOf("put-on-air"), d: () => pressOf("answered"), "?": () => $("#keys").showModal(),
};

document.addEventListener("keydown", (event) => {
  if (!isShortcut(event) || $("#keys").open) return;
  if (event.key === "Escape" && selected) $("details.reject", selected).open = false;
  if (/^[1-7]$/.test(event.key)) return reason(Number(event.key));
  const action = KEYS[event.key.toLowerCase()];
  if (!action) return;
  event.preventDefault();
  action();
});
document.addEventListener("submit", (event) => {
  if (!event.target.dataset.verb) return;
  event.preventDefault();
  const card = event.target.closest("[data-id]");
  moves.send(event.target, event.submitter);
  if (card === selected) select(card.nextElementSibling ?? card.previousElementSibling ?? card);
});
$("#columns").addEventListener("pointerdown", (event) => {
  const card = event.target.closest(".questions > li");
  if (card && card !== selected) select(card, false);
});
$("#columns").addEventListener("focusin", (event) => {
  const card = event.target.closest(".questions > li");
  if (card && card !== selected) select(card, false);
});
$("#show-keys").addEventListener("click", () => $("#keys").showModal());

function show(tab) {
  for (const column of $$("[data-column]")) column.classList.toggle("shown", column.dataset.column === tab);
  for (const link of $$("[data-tab]", $(".tabs"))) {
    if (link.dataset.tab === tab) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}
$(".tabs").addEventListener("click", (event) => {
  const link = event.target.closest("[data-tab]");
  if (!link) return;
  event.preventDefault();
  show(link.dataset.tab);
});
$("#columns").dataset.script = "";
show("waiting");

setInterval(() => {
  if (arrived) $("#arrivals").textContent = fill(words.arrived, { n: arrived });
  arrived = 0;
}, 5000);

const alarms = bannerOf(meeting);
new LiveChannel(`/meetings/${encodeURIComponent(meeting)}/live`).start({
  ...connection,
  snapshot(all) {
    showState(all.state);
    const there = new Set(all.questions.map((q) => q.id));
    for (const column of Object.values(columns)) for (const id of column.ids) if (!there.has(id)) leave(column, id);
    for (const q of all.questions) put(q);
    if (!selected) select($("#waiting .questions > li"), false);
  },
  state: showState,
  pulse: (now) => alarms.hear(now.truth),
  question({ question }) {
    arrived += known.has(question.id) ? 0 : 1;
    put(question);
    if (!selected) select($("#waiting .questions > li"), false);
  },
});
