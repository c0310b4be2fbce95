// A citizen's page of a meeting that is planned or running: picture, what is discussed, questions.

import { Asking } from "./ask.js";
import { LiveChannel } from "./live.js";
import { $, $$, clock, fill, notice, post, words, written } from "./page.js";
import { LivePlayer } from "./player.js";
import { Questions } from "./questions.js";
import { Support } from "./support.js";

const main = $("#main");
const meeting = main.dataset.meeting;
const PUBLIC = ["on_air", "queued", "published", "on_notice", "answered_live", "answered_written", "not_reached"];
const ON_AIR = ["waiting", "live", "recess", "closed_session"];

const hour = written({ hour: "2-digit", minute: "2-digit" });

const bySupport = $("[data-order=support][aria-current]") !== null;
const place = ({ status }) => ({ on_air: 0, answered_live: 2, answered_written: 2 })[status] ?? 1;
const rank = (q) => place(q) * 1e6 - (bySupport ? (support.counts.get(q.id) ?? 0) : 0);
const asked = new Questions($("#asked-list"), $("#question-mould"), { rank, none: $("#asked-none") });
const mine = new Questions($("#mine-list"), $("#mine-mould"), { rank: () => 0, box: $("#mine") });
asked.newest = mine.newest = true;

const box = $("#player");
const player = new LivePlayer({ box, words, word: $("#player-word"), watch: $("#watch"), toLive: $("#to-live") });
const channel = new LiveChannel(`/meetings/${encodeURIComponent(meeting)}/live`);
const asking = new Asking(meeting, channel, mine);
const support = new Support($("#asked-list"), (id) => mine.ids.includes(id));

function state(now) {
  const phase = now.phase === "rehearsal" ? "scheduled" : now.phase;
  main.dataset.phase = phase;
  for (const node of $$("[data-show]", main)) node.hidden = !stands(node.dataset, phase, now.screening);
  item(phase === "live" ? now.item : null);
  back(now.backAt);
  countDown();
  asking.open(now.asking);
  air(now.air && ON_AIR.includes(phase));
}

/** Some stand there only where the meeting is shown live, others only where it is recorded alone. */
function stands({ show, screening }, phase, now) {
  return show.split(" ").includes(phase) && (!screening || screening === now);
}

function back(at) {
  const line = $("#back");
  line.hidden = !at;
  if (at) line.textContent = fill(words.back, { time: hour.format(new Date(at)) });
}

function item(open) {
  const line = $("#now");
  line.hidden = !open;
  if (open) $("[data-field=item]", line).textContent = `${open.number} ${open.name}`.trim();
  for (const node of $$("#agenda [data-item]")) {
    if (node.dataset.item === open?.id) node.setAttribute("aria-current", "true");
    else node.removeAttribute("aria-current");
  }
}

function air(there) {
  if (there) player.start();
  else player.stop();
}

function question(q) {
  if (PUBLIC.includes(q.status)) support.show(Object.assign(asked.put(q), { id: `q-${q.id}` }));
  else asked.remove(q.id);
  $("#sorting").hidden = asked.ids.length < 2;
}

function line(text) {
  $("#line").textContent = text;
  $("#line").hidden = !text;
}

channel.start({
  up: () => line(""),
  down: () => line(words.offline),
  snapshot(all) {
    support.told(all.votes ?? {});
    asked.replace(all.questions.filter((q) => PUBLIC.includes(q.status)));
    for (const id of asked.ids) support.show(asked.card(id));
    mine.replace(all.mine);
    asking.synchronise(all.mine);
    state(all.state);
  },
  resumed(back) {
    support.told(back.votes);
    asking.synchronise(back.mine);
  },
  state,
  question: (message) => question(message.question),
  gone: (message) => asked.remove(message.id),
  mine: (message) => mine.put(message.question),
  ack: (message) => asking.acknowledged(message),
  refused: (message) => asking.refused(message),
  pulse(now) {
    support.told(now.votes ?? {});
    $("#viewers").hidden = !now.viewers || !ON_AIR.includes(main.dataset.phase);
    $("#viewers").textContent = fill(words.viewers, { n: now.viewers });
  },
});

$("#mine-list").addEventListener("submit", async (event) => {
  event.preventDefault();
  const answer = await post(event.target);
  notice(answer.message, !answer.ok);
  if (answer.question) mine.put(answer.question);
});

function countDown() {
  const seconds = (new Date($("#countdown").dataset.start) - Date.now()) / 1000;
  if (!["scheduled", "waiting"].includes(main.dataset.phase) || seconds > 86_400) return;
  const said = seconds > 0 ? fill(words.begins, { time: clock(seconds) }) : words.soon;
  $("#countdown").textContent = $("#waiting-countdown").textContent = said;
}
setInterval(countDown, 1000);
countDown();
if (box.dataset.air === "yes" && ON_AIR.includes(main.dataset.phase)) player.start();
