// The list of sessions: how each is getting on, as long as the page is open.

const ended = document.getElementById("ended");

async function look() {
  try {
    const text = await (await fetch(location.href)).text();
    const now = new DOMParser().parseFromString(text, "text/html");
    for (const state of now.querySelectorAll(".state")) {
      const shown = document.getElementById(state.id);
      if (shown.outerHTML !== state.outerHTML) shown.replaceWith(document.importNode(state, true));
    }
    ended.textContent = "";
  } catch {
    ended.textContent = "hostkit listen has ended, or is out of reach";
  }
}

setInterval(look, 1000);
