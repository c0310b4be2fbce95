// The clerk's board: presses without reloading, shows what really runs, and takes its parts fresh from the server.

import { LiveChannel } from "./live.js";
import { $, $$, clock, fill, isShortcut, notice, post, words, written } from "./page.js";
import { LivePlayer } from "./player.js";
import { remember } from "./speakers.js";
import { showDestinations, showStatus } from "./status.js";
import { LightWatch } from "./light.js";

const meeting = $("#main").dataset.meeting;
const channel = new LiveChannel(`/meetings/${encodeURIComponent(meeting)}/live`);
const served = new Map($$("[data-part]").map((part) => [part.id, part.innerHTML + part.className]));
const waiting = new Set();
let player = null;
const light = new LightWatch(refresh);
const pressed = new Set(); // what is on its way
let last = Promise.resolve();

/** The server's own words for everything but the gauges: the parts that changed are exchanged. */
async function refresh() {
  const response = await fetch(location.href).catch(() => null);
  if (!response?.ok) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const part of $$("[data-part]", page)) exchange(part);
  $("#sound").hidden = $("#sound", page).hidden;
  $("#elapsed-box").hidden = $("#elapsed-box", page).hidden;
  $("#clocks").hidden = $("#clocks", page).hidden;
  $("#thirds").hidden = $("#thirds", page).hidden;
}

function exchange(part) {
  const now = part.innerHTML + part.className;
  if (served.get(part.id) === now) return;
  served.set(part.id, now);
  const old = document.getElementById(part.id);
  const focused = old.contains(document.activeElement) ? document.activeElement.closest("form")?.dataset.order : null;
  const scrolled = $(".agenda", old)?.scrollTop;
  const place = scrollY;
  for (const { id } of $$("details[open]", old)) $(`#${id}`, part)?.setAttribute("open", "");
  old.replaceWith(part);
  if (scrolled !== undefined && $(".agenda", part)) $(".agenda", part).scrollTop = scrolled;
  if (focused) $(`form[data-order="${focused}"] button`, part)?.focus({ preventScroll: true });
  scrollTo({ top: place, behavior: "instant" });
  if (part.id === "part-preview") preview();
  if (part.id === "part-destinations") showDestinations();
}

function preview() {
  player?.end();
  const box = $("#part-preview .player");
  player = box && new LivePlayer({ box, words, word: $("#preview-word") });
}

/** One press after the other; the same one twice in a row is one. Closing the session waits for nothing. */
function press(form, submitter) {
  if (pressed.has(form.action)) return;
  pressed.add(form.action);
  const before = form.dataset.order === "close-session" ? Promise.resolve() : last;
  last = before.then(() => carryOut(form, submitter)).finally(() => pressed.delete(form.action));
}

async function carryOut(form, submitter) {
  const answer = await post(form, submitter);
  if (answer.ok && form.id === "speaker") remember(form);
  notice(answer.message, !answer.ok);
  await refresh();
}

document.addEventListener("submit", (event) => {
  if (!event.target.dataset.order) return;
  event.preventDefault();
  press(event.target, event.submitter);
});
document.addEventListener("keydown", (event) => {
  if (!isShortcut(event)) return;
  const wanted = { n: "#next .button.next", u: "#undo button", v: "#vote button" }[event.key.toLowerCase()];
  if (wanted && $(wanted)) {
    event.preventDefault();
    $(wanted).click();
  }
});

/** The room's clock and the public's, by the server's time, however wrong this computer's is. */
function tick() {
  for (const clock of $$("#clocks [data-behind]")) {
    const text = wall.format(Date.now() + ahead - 1000 * clock.dataset.behind);
    if (clock.textContent !== text) clock.textContent = text;
  }
}
const ahead = 1000 * $("#clocks").dataset.now - Date.now();
const wall = written({ timeStyle: "medium" });
setInterval(tick, 250);

let onAir = null;
function count(q) {
  if ((q.status === "on_air") !== (q.id === onAir)) {
    onAir = q.status === "on_air" ? q.id : null;
    refresh(); // what can be put into the picture
  }
  if (q.status === "pending") waiting.add(q.id);
  else waiting.delete(q.id);
  $("#waiting").textContent = waiting.size;
}

let check = ""; // as it was last heard of

/** The preflight: its meters move each second, its lines are taken fresh when there is one more. */
function checked(now) {
  const heard = now ? `${now.running} ${now.done} ${now.at}` : "";
  if (heard !== check) refresh();
  check = heard;
  if ($("#preflight-level")) $("#preflight-level").value = now?.level_db ?? -60;
}

channel.start({
  snapshot(all) {
    waiting.clear();
    for (const q of all.questions) count(q);
    $("#waiting").textContent = waiting.size;
    if (served.size) refresh();
  },
  up() {
    $("#notices .offline")?.remove();
    served.delete("part-light"); // it was put out below
  },
  down() {
    light.putOut($("#part-light"), words.notKnown, words.offline);
    notice(words.offline, true);
    $("#notices p").classList.add("offline");
  },
  resumed: refresh,
  state: refresh,
  question: (message) => count(message.question),
  pulse(now) {
    showStatus(now);
    light.hear(now.truth);
    checked(now.preflight);
    if (now.recording?.seconds > 0) player?.start(); // there is a playlist
    $("#elapsed").textContent = clock(now.elapsed_seconds ?? 0);
    $("#viewers").hidden = now.viewers === undefined;
    $("#viewers").textContent = fill(words.viewers, { n: now.viewers });
  },
});
showStatus(JSON.parse($("#status").textContent) ?? {});
preview();
