// The chair's page: now, next, what is on air, the running order, and what else was published.

import { dress } from "./card.js";
import { Keys } from "./keys.js";
import { LiveChannel } from "./live.js";
import { lookAfter } from "./look.js";
import { connection, Moves, showState } from "./moves.js";
import { $, $$, fill, words } from "./page.js";
import { Questions } from "./questions.js";
import { RunningOrder } from "./order.js";
import { Work } from "./work.js";

const meeting = $("#main").dataset.meeting;
const LIST = {
  on_air: "on_air", queued: "queued", published: "published",
  on_notice: "done", answered_live: "done", answered_written: "done", not_reached: "done",
};
const ARRIVALS_EVERY = 5000; // milliseconds between two announcements
const lists = Object.fromEntries(
  $$("[data-column]").map((box) => [box.dataset.column, new Questions($(".questions", box), $("#mould"), { none: $(".none", box) })]),
);
const known = new Map();
const moves = new Moves(meeting, known, put, $("#undo-bar"));
const work = new Work(meeting, known, (q, verb, fields) => moves.order(q, verb, fields, { quiet: true }));
const running = new RunningOrder(meeting, $("#queued .questions"), known, put);
let selected = null;
let arrived = 0;

function put(q) {
  if ((known.get(q.id)?.version ?? 0) > q.version) return; // an answer that an event overtook
  known.set(q.id, q);
  const held = cardOf(q.id)?.contains(document.activeElement) ?? false;
  const was = selected?.dataset.id === q.id;
  for (const [name, list] of Object.entries(lists)) {
    if (name !== LIST[q.status]) leave(list, q.id);
    else placed(list.put({ ...q, name: q.namePublic ? q.name : "" }), q);
  }
  if (was && selected !== cardOf(q.id)) select(cardOf(q.id) ?? cards()[0], held);
  work.changed(q);
  running.sort();
  for (const node of $$("[data-count]")) node.textContent = lists[node.dataset.count].ids.length;
}

function placed(card, q) {
  dress(card, { ...q, marks: [] });
  $("[data-place]", card).hidden = q.status !== "queued";
}

function leave(list, id) {
  if (selected === list.card(id)) selected = null;
  list.remove(id);
}

const cards = () => $$(".questions > li");
const cardOf = (id) => cards().find((card) => card.dataset.id === id);
const current = () => selected && known.get(selected.dataset.id);

function select(card, focus = true) {
  selected?.classList.remove("selected");
  selected = card ?? null;
  if (!selected) return focus && $("#title-queued").focus();
  selected.classList.add("selected");
  if (focus) selected.focus({ preventScroll: true });
  selected.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const all = cards();
  select(all[Math.min(Math.max(all.indexOf(selected) + by, 0), all.length - 1)]);
}

async function order(q, verb) {
  const card = cardOf(q.id);
  if (card?.matches(".waiting-answer")) return;
  card?.classList.add("waiting-answer");
  await moves.order(q, verb);
  card?.classList.remove("waiting-answer");
  cardOf(q.id)?.classList.remove("waiting-answer");
}

const simple = (...verbs) => () => {
  const verb = verbs.find((each) => current()?.can.includes(each));
  if (verb) order(current(), verb);
};
const opening = (verb) => () => current()?.can.includes(verb) && work.open(verb, current());

async function undo() {
  const [id] = await moves.takeBack();
  if (id) select(cardOf(id));
}
moves.onhidden = work.onclose = () => select(selected);

for (const button of $$("dialog [data-close]")) button.addEventListener("click", () => button.closest("dialog").close());
const keys = new Keys($("#keys"), {
  next: () => step(1), previous: () => step(-1), undo,
  air: simple("put-on-air", "take-off-air"), answered: simple("answered"), queue: simple("queue", "unqueue"),
  notice: opening("take-on-notice"), written: opening("answer-in-writing"),
  earlier: () => running.shift(selected, -1), later: () => running.shift(selected, 1),
  help: () => $("#keys").showModal(),
});
$("#show-keys").addEventListener("click", () => $("#keys").showModal());

document.addEventListener("submit", (event) => {
  const card = event.target.closest("[data-id]");
  if (!card) return;
  event.preventDefault();
  if (event.target.dataset.shift) running.shift(card, Number(event.target.dataset.shift));
  else order(known.get(card.dataset.id), event.target.dataset.verb);
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-open]");
  if (!button) return;
  select(button.closest("[data-id]"), false);
  opening(button.dataset.open)();
});
for (const type of ["pointerdown", "focusin"]) {
  $("#moderation").addEventListener(type, (event) => {
    const card = event.target.closest(".questions > li");
    if (card && card !== selected) select(card, false);
  });
}
lookAfter();
$("#moderation").dataset.script = "";

setInterval(() => {
  if (arrived) $("#arrivals").textContent = arrived === 1 ? words.arrivedOne : fill(words.arrived, { n: arrived });
  arrived = 0;
}, ARRIVALS_EVERY);

function state(now) {
  showState(now);
  $("#in-picture").hidden = now.lowerThird?.show !== "question";
}

new LiveChannel(`/meetings/${encodeURIComponent(meeting)}/live`).start({
  ...connection,
  snapshot(all) {
    state(all.state);
    const there = new Set(all.questions.map((q) => q.id));
    for (const list of Object.values(lists)) for (const id of list.ids) if (!there.has(id)) leave(list, id);
    for (const q of all.questions) put(q);
    keys.show();
    if (!selected) select(cards()[0], false);
  },
  state,
  question({ question }) {
    arrived += question.status === "published" && !cardOf(question.id) ? 1 : 0;
    put(question);
    if (!selected) select(cards()[0], false);
  },
});
