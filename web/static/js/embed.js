// In another site's frame: the live picture, and a look now and then whether something else is to be shown.

import { $, words } from "./page.js";
import { LivePlayer } from "./player.js";

const [LOOK, SPREAD] = [12_000, 6000]; // milliseconds, so that not everybody looks at once
const WALL = 10; // times as long for the wall
const main = $("#main");
const box = $("#player");

if (box) {
  const player = new LivePlayer({ box, words, word: $("#player-word"), watch: $("#watch"), toLive: $("#to-live") });
  if (main.dataset.air === "yes") player.start();
}

function show(page) {
  const { phase, air } = page.querySelector("#main")?.dataset ?? {};
  const part = $(".wall") ? ".wall" : ".bar";
  if (phase !== main.dataset.phase || air !== main.dataset.air || !page.querySelector(part)) location.reload();
  else $(part).replaceWith(page.querySelector(part));
}

async function look() {
  try {
    const answer = await fetch(location.href);
    if (answer.ok) show(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch {
    // no connection: the next look tells
  }
  later();
}

const later = () => setTimeout(look, (LOOK + Math.random() * SPREAD) * ($(".wall") ? WALL : 1));
later();
