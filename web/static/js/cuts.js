// Trimming and cutting: a button takes the time of the player; the progress of a cut is looked at by itself.

import { $, $$, words } from "./page.js";
import { loadHls, playsNatively } from "./player.js";

const AGAIN = 1500; // milliseconds

/** "1:02.5", tenths of a second included: an edge lies between two words. */
function exact(seconds) {
  const tenths = Math.round(seconds * 10);
  const minutes = Math.floor(tenths / 600);
  const rest = ((tenths % 600) / 10).toFixed(1).padStart(4, "0");
  return minutes < 60 ? `${minutes}:${rest}` : `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${rest}`;
}

async function play(video) {
  const source = $("source", video);
  if (!source || source.type === "video/mp4" || playsNatively(video)) return;
  const Hls = await loadHls();
  const word = $("#player-word");
  if (!Hls && word) Object.assign(word, { hidden: false, textContent: words.noPlayer });
  if (!Hls) return;
  const [address, part] = source.src.split("#t=");
  const [from, to] = (part ?? "0").split(",").map(Number);
  const hls = new Hls({ startPosition: from });
  hls.loadSource(address);
  hls.attachMedia(video);
  if (to) video.addEventListener("timeupdate", () => video.currentTime >= to && video.pause());
}

async function look() {
  const shown = $("#progress");
  if (!["waiting", "working"].includes(shown?.dataset.state)) return;
  try {
    const text = await (await fetch(location.pathname)).text();
    const fresh = new DOMParser().parseFromString(text, "text/html").getElementById("progress");
    if (fresh && !fresh.dataset.state) return location.assign(location.pathname);
    if (fresh) shown.replaceWith(document.adoptNode(fresh));
  } catch {
    // the next look may find it
  }
  setTimeout(look, AGAIN);
}

$$("video").forEach(play);
for (const button of $$("button[data-now]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    document.getElementById(button.dataset.now).value = exact($("#video").currentTime);
  });
}
setTimeout(look, AGAIN);
