// Which questions say nearly the same: the words they share, without case, accents and endings. And searching in them.

const INTO = ["pending", "held", "published", "queued", "on_air", "answered_live", "on_notice", "answered_written", "not_reached"];
const SHORTEST = 3; // shorter words say little
const STEM = 6; // of a longer word its beginning counts: "Schule", "Schulen"
const ENOUGH = 0.3;

/** Those that `q` may be merged into and that share its words, most alike first; with `wanted`, those that hold it. */
export function similar(q, all, wanted = "") {
  const others = all.filter((other) => other.id !== q.id && INTO.includes(other.status));
  if (wanted.trim()) return others.filter((other) => holds(other, wanted));
  const mine = stems(q.original ?? q.text);
  return others
    .map((other) => [alike(mine, stems(other.original ?? other.text)), other])
    .filter(([score]) => score >= ENOUGH)
    .sort(([a], [b]) => b - a)
    .map(([, other]) => other);
}

/** Whether every word of `wanted` stands somewhere in the question. */
export function holds(q, wanted) {
  const text = plain([q.text, q.original, q.name, ...Object.values(q.translations)].join(" "));
  return plain(wanted).split(/\s+/).every((word) => text.includes(word));
}

function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("ß", "ss");
}

function stems(text) {
  return new Set((plain(text).match(/[\p{L}\p{N}]+/gu) ?? []).filter((word) => word.length >= SHORTEST).map((word) => word.slice(0, STEM)));
}

function alike(a, b) {
  const shared = [...a].filter((word) => b.has(word)).length;
  return shared / Math.max(Math.min(a.size, b.size), 1);
}
