// One thing after the other: keys arrive in the order in which they were pressed.
let before = Promise.resolve("");

// Sends words (an object of strings) or a Blob. Resolves to "" or to what is wrong, in words.
export function send(path, what) {
  before = before.then(() => post(path, what));
  return before;
}

async function post(path, what) {
  const form = what instanceof Blob
    ? { body: what, headers: { "Content-Type": what.type } }
    : { body: JSON.stringify(what), headers: { "Content-Type": "application/json" } };
  try {
    const answer = await fetch(path, { method: "POST", ...form });
    if (answer.ok) return "";
    return (await answer.json()).error;
  } catch {
    return "The exchange doesn't answer. Start it again, and open the address that it prints.";
  }
}
