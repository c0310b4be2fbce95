// The moderator's desk: three columns, a selected card, one key each. What arrives never moves what is being looked at.

import { dress } from "./card.js";
import { Claims } from "./claims.js";
import { Filters } from "./filters.js";
import { Keys } from "./keys.js";
import { bannerOf } from "./light.js";
import { LiveChannel } from "./live.js";
import { connection, Moves, showState } from "./moves.js";
import { $, $$, fill, notice, words } from "./page.js";
import { Questions } from "./questions.js";
import { Reasons } from "./reasons.js";
import { Work } from "./work.js";

const meeting = $("#main").dataset.meeting;
const COLUMN = {
  pending: "waiting", held: "waiting", not_reviewed: "waiting",
  published: "published", queued: "published", on_air: "published", answered_live: "published", on_notice: "published", answered_written: "published", not_reached: "published",
  returned: "rejected", rejected: "rejected", merged: "rejected", withdrawn: "rejected", redacted: "rejected",
};
const ARRIVALS_EVERY = 5000; // milliseconds between two announcements
const columns = Object.fromEntries(
  $$("[data-column]").map((column) => [column.dataset.column, new Questions($(".questions", column), $("#mould"), { none: $(".none", column) })]),
);
const known = new Map();
const moves = new Moves(meeting, known, put, $("#undo-bar"));
const channel = new LiveChannel(`/meetings/${encodeURIComponent(meeting)}/live`);
const claims = new Claims(channel, cardOf);
const work = new Work(meeting, known, (q, verb, fields) => moves.order(q, verb, fields, { quiet: true }));
const reasons = new Reasons($("#reasons"));
const filters = new Filters($("#filters"), known, refilter);
let selected = null;
let arrived = 0;

// Showing

/** Show a question where it belongs now. The card after it is selected when the selected one leaves its column. */
function put(q) {
  if ((known.get(q.id)?.version ?? 0) > q.version) return; // an answer that an event overtook
  known.set(q.id, q);
  for (const [name, column] of Object.entries(columns)) {
    if (name === COLUMN[q.status]) dressed(column.put(q), q);
    else leave(column, q.id);
  }
  work.changed(q);
  later();
}

function dressed(card, q) {
  dress(card, q);
  claims.show(q.id);
}

function leave(column, id) {
  const card = column.card(id);
  if (!card) return;
  const next = neighbour(card);
  const held = card.contains(document.activeElement);
  column.remove(id);
  if (selected !== card) return;
  select(next, held);
  if (!next && held) $("h2", column.list.closest("[data-column]")).focus({ preventScroll: true });
}

let counting = false;
/** Counts and filters once for everything that comes in one go. */
function later() {
  if (counting) return;
  counting = true;
  queueMicrotask(() => {
    counting = false;
    refilter();
  });
}

function refilter() {
  filters.apply($("#columns"));
  for (const name of Object.keys(columns)) {
    const all = columns[name].ids.length;
    const shown = cardsIn(name).length;
    for (const node of $$(`[data-count=${name}]`)) node.textContent = shown < all ? `${shown}/${all}` : all;
    $(`#${name} [data-nothing]`).hidden = shown > 0 || all === 0;
  }
  if (selected?.matches(".filtered")) select(neighbour(selected) ?? cardsIn(selected.closest("[data-column]").dataset.column)[0], false);
  picking();
}

// Selecting

function cardOf(id) {
  return $$(".questions > li").find((card) => card.dataset.id === id);
}

function cardsIn(name) {
  return $$(`#${name} .questions > li:not(.filtered)`);
}

function neighbour(card) {
  const beside = (from, way) => {
    let other = from[way];
    while (other?.matches(".filtered")) other = other[way];
    return other;
  };
  return beside(card, "nextElementSibling") ?? beside(card, "previousElementSibling");
}

function select(card, focus = true, reading = true) {
  selected?.classList.remove("selected", "opened");
  selected = card ?? null;
  $("#moderation").classList.toggle("has-selected", selected !== null);
  claims.look((reading && selected?.dataset.id) || null);
  if (!selected) return;
  selected.classList.add("selected");
  if (focus) selected.focus({ preventScroll: true });
  selected.scrollIntoView({ block: "nearest" });
}

const current = () => selected && known.get(selected.dataset.id);
const column = () => selected?.closest("[data-column]").dataset.column ?? $("[data-column].shown").dataset.column;

function step(by) {
  const cards = cardsIn(column());
  const at = cards.indexOf(selected);
  select(cards[Math.min(Math.max(at + by, 0), cards.length - 1)]);
}

function nextColumn() {
  const names = Object.keys(columns);
  const name = names[(names.indexOf(column()) + 1) % names.length];
  show(name);
  const first = cardsIn(name)[0];
  select(first);
  if (!first) $(`#title-${name}`).focus();
}

/** A first card for whoever has none selected: one that nobody else reads. Nobody has opened it yet: no claim. */
function begin() {
  if (selected || !known.size) return;
  const waiting = cardsIn("waiting");
  select(waiting.find((card) => !claims.other(card.dataset.id)) ?? waiting[0], false, false);
}

// Acting

/** Whether to go on: the first press on what somebody else reads only warns. */
function free(id) {
  const { may, message } = claims.may(id);
  if (!may) notice(message, true);
  return may;
}

async function order(q, verb, fields) {
  const card = cardOf(q.id);
  if (card?.matches(".waiting-answer") || !free(q.id)) return;
  const next = neighbour(card ?? $("li"));
  card?.classList.add("waiting-answer");
  if (card === selected && COLUMN[q.status] === "waiting" && ["publish", "reject", "return"].includes(verb) && next) select(next);
  await moves.order(q, verb, fields);
  for (const node of $$(".waiting-answer").filter((node) => node.dataset.id === q.id)) node.classList.remove("waiting-answer");
}

/** One of these verbs, whichever is possible now. */
function can(...verbs) {
  const q = current();
  const verb = q && verbs.find((each) => q.can.includes(each));
  return verb ? { q, verb } : null;
}

const simple = (...verbs) => () => {
  const found = can(...verbs);
  if (found) order(found.q, found.verb);
};

const opening = (verb) => () => {
  const found = can(verb);
  if (!found) return;
  if (["reject", "return"].includes(verb)) return judge(found.q, verb);
  if (free(found.q.id)) work.open(verb, found.q);
};

function judge(q, verb) {
  if (!free(q.id)) return;
  const told = q.origin !== "youtube";
  reasons.ask(words.verbs[verb], told ? "" : words.nobodyTold, (reason) => moves.order(q, verb, { reason }), told);
}

function mask() {
  const q = current();
  if (q?.masked && q.can.includes("reword")) order(q, "reword", { text: q.masked });
}

async function undo() {
  const [id] = await moves.takeBack();
  const card = id && cardOf(id);
  if (!card) return;
  show(card.closest("[data-column]").dataset.column);
  select(card);
}

moves.onhidden = () => (selected ?? $("h1")).focus();
reasons.onclose = work.onclose = () => selected?.focus({ preventScroll: true });

// Several flagged ones at once: spam only

const pickable = () => cardsIn("waiting").filter((card) => card.dataset.status === "held");
const picked = () => pickable().filter((card) => $("[data-pick]", card).checked);

function picking() {
  const [all, some] = [pickable().length, picked().length];
  $("#bulk").hidden = all < 2;
  $("#pick-all").textContent = fill(words.pickAll, { n: all });
  $("#bulk-reject").textContent = fill(words.rejectPicked, { n: some });
  $("#bulk-reject").hidden = $("#pick-none").hidden = !some;
}

function pick(cards, on) {
  for (const card of cards) $("[data-pick]", card).checked = on;
  picking();
}

function pickSelected() {
  if (selected && pickable().includes(selected)) pick([selected], !$("[data-pick]", selected).checked);
}

$("#pick-all").addEventListener("click", () => pick(pickable(), true));
$("#pick-none").addEventListener("click", () => {
  pick(pickable(), false);
  $("#pick-all").focus();
});
$("#bulk-reject").addEventListener("click", () => {
  const chosen = picked().map((card) => known.get(card.dataset.id));
  reasons.ask(words.verbs.reject, fill(words.aboutMany, { n: chosen.length }), (reason) => moves.bulk(chosen, "reject", { reason }));
});

// Keys, presses, tabs

const dialogs = $$("dialog [data-close]");
for (const button of dialogs) button.addEventListener("click", () => button.closest("dialog").close());
const keys = new Keys($("#keys"), {
  next: () => step(1), previous: () => step(-1), column: nextColumn,
  publish: simple("publish"), reject: opening("reject"), return: opening("return"), undo,
  hold: simple("hold", "release"), mask, reword: opening("reword"), merge: opening("merge"), translate: opening("translate"),
  restore: simple("restore"), queue: simple("queue", "unqueue"), air: simple("put-on-air", "take-off-air"),
  answered: simple("answered"), notice: opening("take-on-notice"), written: opening("answer-in-writing"),
  pick: pickSelected, search: () => $("#filters [name=q]").focus(), help: () => $("#keys").showModal(),
});
$("#show-keys").addEventListener("click", () => $("#keys").showModal());
$("#show-filters").addEventListener("click", ({ currentTarget }) => {
  currentTarget.setAttribute("aria-expanded", $("#filters").classList.toggle("shown"));
});

document.addEventListener("submit", (event) => {
  const { verb } = event.target.dataset;
  if (!verb) return;
  event.preventDefault();
  order(known.get(event.target.closest("[data-id]").dataset.id), verb);
});
$("#columns").addEventListener("click", (event) => {
  const button = event.target.closest("button[type=button]");
  const card = button?.closest("[data-id]");
  if (!card) return;
  if (card !== selected) select(card, false);
  if (button.matches("[data-mask]")) mask();
  else if (button.matches("[data-others]")) button.setAttribute("aria-expanded", card.classList.toggle("opened"));
  else opening(button.dataset.open)();
});
$("#columns").addEventListener("change", (event) => event.target.matches("[data-pick]") && picking());
for (const type of ["pointerdown", "focusin"]) {
  $("#columns").addEventListener(type, (event) => {
    const card = event.target.closest(".questions > li");
    if (card && card !== selected) select(card, false);
  });
}
$("#filters [name=q]").addEventListener("keydown", (event) => {
  if (event.key === "Escape" || event.key === "Enter") (selected ?? $("h1")).focus();
});

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
  select(cardsIn(link.dataset.tab)[0], false);
});
$("#moderation").dataset.script = $("#columns").dataset.script = "";
show("waiting");

setInterval(() => {
  if (arrived) $("#arrivals").textContent = arrived === 1 ? words.arrivedOne : fill(words.arrived, { n: arrived });
  arrived = 0;
}, ARRIVALS_EVERY);

const alarms = bannerOf(meeting);
channel.start({
  ...connection,
  up() {
    connection.up();
    claims.again();
  },
  snapshot(all) {
    showState(all.state);
    const there = new Set(all.questions.map((q) => q.id));
    for (const each of Object.values(columns)) for (const id of each.ids) if (!there.has(id)) leave(each, id);
    for (const q of all.questions) put(q);
    keys.show();
    queueMicrotask(begin);
  },
  state: showState,
  pulse(now) {
    alarms.hear(now.truth);
    claims.hear(now.readers);
  },
  claims: ({ readers }) => claims.hear(readers),
  question({ question }) {
    arrived += known.has(question.id) ? 0 : 1;
    put(question);
    queueMicrotask(begin);
  },
});
