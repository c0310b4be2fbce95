// Finding questions among those that are on the page, by their words; and those that ask the same, as the service knows.

const INTO = ["pending", "held", "published", "queued", "on_air", "answered_live", "on_notice", "answered_written", "not_reached"];

/** Those that another question may be merged into and that hold `wanted`. */
export function found(all, wanted, without) {
  return all.filter((q) => q.id !== without && INTO.includes(q.status) && holds(q, wanted));
}

/** Those that ask the same as `id`, the most alike first; none where there is no connection. */
export async function alike(meeting, id) {
  const path = ["api", "v1", "meetings", meeting, "questions", id, "similar"].map(encodeURIComponent).join("/");
  try {
    const response = await fetch(`/${path}`, { headers: { Accept: "application/json" } });
    return response.ok ? (await response.json()).data : [];
  } catch {
    return [];
  }
}

/** Whether every word of `wanted` stands somewhere in the question. */
export function holds(q, wanted) {
  const text = plain([q.text, q.original, q.name, ...Object.values(q.translations)].join(" "));
  return plain(wanted).split(/\s+/).every((word) => text.includes(word));
}

function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("ß", "ss");
}
