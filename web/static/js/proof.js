// Shows the server that this is a browser: solves ALTCHA's puzzle in a worker. Where that is not possible, waits.

const WORKER = "/static/vendor/altcha-pbkdf2.js";
const LONGEST = 60_000; // milliseconds

/** `offer`: {puzzle, ticket, seconds} of a refusal; `tick(seconds)` tells how long it still takes. The proof. */
export async function prove(offer, tick = () => {}) {
  const solved = offer.puzzle && (await solve(offer.puzzle));
  if (solved) return solved;
  await pause(offer.seconds, tick);
  return offer.ticket;
}

/** Wait `seconds`, telling every one of them. */
export async function pause(seconds, tick = () => {}) {
  const end = Date.now() + seconds * 1000 + 300;
  for (let left = end - Date.now(); left > 0; left = end - Date.now()) {
    tick(Math.ceil(left / 1000));
    await new Promise((done) => setTimeout(done, Math.min(left, 1000)));
  }
  tick(0);
}

/** The solution as the server wants it, `null` where there is none: no worker, no https, too slow. */
function solve(puzzle) {
  if (!globalThis.crypto?.subtle || !globalThis.Worker) return Promise.resolve(null);
  return new Promise((done) => {
    const worker = new Worker(WORKER);
    const end = (solution) => {
      clearTimeout(late);
      worker.terminate();
      done(solution?.derivedKey ? btoa(JSON.stringify({ challenge: puzzle, solution })) : null);
    };
    const late = setTimeout(end, LONGEST);
    worker.onmessage = (event) => end(event.data);
    worker.onerror = (event) => {
      event.preventDefault();
      end(null);
    };
    worker.postMessage({ type: "work", challenge: puzzle, timeout: LONGEST });
  });
}
