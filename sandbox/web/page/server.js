// Client of the sandbox: actions as POST requests, changes as a stream that reconnects by itself.

const base = new URL(".", location.href);

async function read(response) {
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.description ?? `The sandbox answered ${response.status}`);
  return answer;
}

export async function post(path, payload = {}) {
  const headers = { "Content-Type": "application/json" };
  return read(await fetch(new URL(path, base), { method: "POST", headers, body: JSON.stringify(payload) }));
}

export async function upload(path, payload, file, name = "file") {
  const form = new FormData();
  form.append("payload", JSON.stringify(payload));
  form.append("file", file, name);
  return read(await fetch(new URL(path, base), { method: "POST", body: form }));
}

export const fileUrl = (fileId) => new URL(`files/${fileId}`, base).href;

const CHANGES = ["snapshot", "scene", "message", "gone", "drafts", "action", "call"];
const RETRY_MS = 700;

// Calls `onChange(kind, data)` for each change and `onState(connected)`. The browser reconnects by itself after a cut
// and says what it saw last; when it gives up, the stream begins anew.
export function follow(onChange, onState) {
  const source = new EventSource(new URL("events", base));
  for (const kind of CHANGES) {
    source.addEventListener(kind, (event) => onChange(kind, JSON.parse(event.data)));
  }
  source.onopen = () => onState(true);
  source.onerror = () => {
    onState(false);
    if (source.readyState === EventSource.CLOSED) setTimeout(() => follow(onChange, onState), RETRY_MS);
  };
}
