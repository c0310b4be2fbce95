// What really runs, in words: camera, picture sent, recording; each destination in its own row; and the sound meter.

import { $, clock, fill, words } from "./page.js";

const SILENT = -50; // dBFS
const QUIET = -38;
const LOUD = -4;
const LOW_DISK = 1.5; // hours
const BEHIND = 6; // seconds

/** `now`: a pulse. Without machines it has no encoder. */
export function showStatus(now) {
  const rows = now.encoder ? [source(now), picture(now), recording(now)] : [];
  showDestinations(now);
  const list = $("#truth");
  if (!rows.length) return list.replaceChildren(element("li", "none", words.nothing));
  rows.forEach((row, index) => put(list, row, index));
  while (list.children.length > rows.length) list.lastElementChild.remove();
  sound(now);
}

let heard = [];

/** Each in its row, which the server makes; `now`: a pulse, or nothing to say once more what was heard last. */
export function showDestinations(now) {
  if (now) heard = now.encoder ? now.destinations : [];
  for (const to of heard) {
    const row = $(`[data-destination="${CSS.escape(to.name)}"]`);
    if (!row) continue;
    const [light, text] = destination(to);
    row.dataset.light = light;
    write($("[data-field=text]", row), text);
  }
}

function element(name, className, text) {
  return Object.assign(document.createElement(name), { className, textContent: text });
}

function put(list, [name, light, text], index) {
  const known = list.children[index];
  const row = known && !known.matches(".none") ? known : $("#truth-mould").content.firstElementChild.cloneNode(true);
  if (row !== known) known ? known.replaceWith(row) : list.append(row);
  row.dataset.light = light;
  write($("[data-field=name]", row), name);
  write($("[data-field=text]", row), text);
}

function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function source({ source, encoder }) {
  if (encoder.ordered !== "program") return [words.source, "", words.sourceOff];
  if (source.ok) return [words.source, "good", words.sourceOk];
  const problem = words.problems[source.problem_code] ?? source.problem;
  return problem ? [words.source, "bad", problem] : [words.source, "warn", words.sourceWaits];
}

function picture({ encoder, phase }) {
  if (encoder.state === "idle") return [words.onAir, "", words.destOff];
  const chamber = phase === "rehearsal" ? words.rehearsing : words.program;
  const slate = words.slates[encoder.showing.replace("slate:", "")];
  const what = encoder.showing === "program" ? chamber : (slate ?? words.nothing);
  if (encoder.ordered === "program" && slate) return [words.onAir, "bad", fill(words.instead, { what })];
  if (encoder.state === "running") return [words.onAir, "good", what];
  return [words.onAir, "warn", `${what} · ${words.states[encoder.state] ?? encoder.state}`];
}

function recording({ recording, phase }) {
  if (phase === "rehearsal") return [words.recording, "", words.notKept];
  const megabytes = recording.bytes / 1e6;
  const perHour = recording.seconds > 30 ? (recording.bytes / recording.seconds) * 3600 : 2e9;
  const hours = recording.free_bytes / perHour / 2; // segments, and the file made of them
  const values = { time: clock(recording.seconds), size: Math.round(megabytes), hours: hours < 10 ? hours.toFixed(1) : Math.round(hours) };
  if (hours < LOW_DISK) return [words.recording, "bad", fill(words.low, values)];
  return [words.recording, phase === "live" ? "good" : "", phase === "live" ? fill(words.kept, values) : words.notKept];
}

function destination(to) {
  const [light, said] = connection(to);
  if (!to.ordered || !to.picture) return [light, said];
  const { state, percent, behind_seconds: behind } = to.picture;
  if (state === "backoff") return ["bad", words.uprightFails];
  if (state !== "running") return ["warn", words.uprightBegins];
  if (behind > BEHIND) return ["bad", fill(words.uprightSlow, { seconds: Math.round(behind) })];
  return [light, percent === null ? said : `${said} · ${fill(words.upright, { percent: Math.round(percent) })}`];
}

function connection(to) {
  if (!to.ordered) return ["", words.destOff];
  if (to.state === "refused") return ["bad", words.refused];
  if (to.moving && to.backlog_seconds > 15) return ["warn", fill(words.backlog, { seconds: Math.round(to.backlog_seconds) })];
  if (to.moving) return ["good", fill(words.sent, { size: Math.round(to.bytes / 1e6) })];
  if (to.state === "starting" || (to.state === "running" && to.bytes === 0)) return ["warn", words.begins];
  if (to.state === "running") return ["bad", words.stuck];
  return ["bad", words.trying];
}

function sound({ source, encoder }) {
  const level = encoder.showing === "program" ? source.level_db : null;
  $("#level").value = level ?? -60;
  const heard = level === null || level === undefined;
  const word = level < SILENT ? words.silent : level < QUIET ? words.quiet : level > LOUD ? words.loud : words.good;
  write($("#level-word"), heard ? "" : word);
}
