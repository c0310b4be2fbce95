// The chair's page: now, next, and the published questions with two large buttons each.

import { LiveChannel } from "./live.js";
import { connection, Moves, showState } from "./moves.js";
import { $ } from "./page.js";
import { Questions } from "./questions.js";

const meeting = $("#main").dataset.meeting;
const SHOWN = ["on_air", "queued", "published", "on_notice", "answered_live", "answered_written", "not_reached"];
const rank = ({ status }) => SHOWN.indexOf(status);
const column = $("[data-column]");
const list = new Questions($(".questions", column), $("#mould"), { rank, none: $(".none", column) });
const known = new Map();
const moves = new Moves(meeting, known, put);

function put(q) {
  known.set(q.id, q);
  if (SHOWN.includes(q.status)) list.put(q);
  else list.remove(q.id);
  $("[data-count]").textContent = list.ids.length;
}

document.addEventListener("submit", (event) => {
  if (!event.target.dataset.verb) return;
  event.preventDefault();
  moves.send(event.target, event.submitter);
});

new LiveChannel(`/meetings/${encodeURIComponent(meeting)}/live`).start({
  ...connection,
  snapshot(all) {
    showState(all.state);
    const there = new Set(all.questions.map((q) => q.id));
    for (const id of list.ids) if (!there.has(id)) list.remove(id);
    for (const q of all.questions) put(q);
  },
  state: showState,
  question: (message) => put(message.question),
});
