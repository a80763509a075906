// How far a backup or a restore is: asked every two seconds; when it is over, the page is loaded anew (N7).
const box = document.querySelector("[data-progress]");

function say(place, words) {
  const element = box.querySelector(place);
  if (element.textContent !== words) element.textContent = words; // said again only when it is new
}

async function look() {
  const answer = await fetch(box.dataset.progress, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const standing = await answer.json();
  if (standing.over) return window.location.reload();
  say("[data-title]", standing.title);
  say("[data-words]", standing.words);
  say("[data-figures]", standing.figures);
  const bar = box.querySelector("progress");
  if (standing.share === null) bar.removeAttribute("value");
  else bar.value = standing.share;
}

if (box) setInterval(() => look().catch(() => {}), 2000); // the next look finds the network back
