// How far a backup or a restore is: asked every two seconds; when another one begins, or this one is
// over, the page is loaded anew.
const box = document.querySelector("[data-progress]");

function show(part, words) {
  if (part.textContent !== words) part.textContent = words; // the same words are not read out twice
}

async function look() {
  const answer = await fetch(box.dataset.progress, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const standing = await answer.json();
  if (standing.work !== box.dataset.work || standing.state !== box.dataset.state) {
    window.location.reload();
    return;
  }
  const bar = box.querySelector("progress");
  if (standing.percent === null) bar.removeAttribute("value");
  else bar.value = standing.percent;
  show(box.querySelector("[data-phase]"), standing.phase);
  show(box.querySelector("[data-line]"), standing.line);
}

if (box) setInterval(() => look().catch(() => {}), 2000); // the next look finds the network back
