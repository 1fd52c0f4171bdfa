// Notes as they are written, shown and saved on the page.

import { clock } from "./canvas.js";
import { make, the } from "./dom.js";
import { timecodeLabel } from "./timecode.js";

/** `place()` tells where a note goes, `go(note)` goes there. */
export class Notebook {
  constructor(told, notes, { place, go }) {
    Object.assign(this, { told, notes, place, go });
    const press = { note: () => this.write(), discard: () => this.#discard(), save: () => this.#save(), copy: () => this.#copy() };
    for (const [id, does] of Object.entries(press)) the(id).addEventListener("click", does);
    the("writing").addEventListener("submit", (event) => this.#keep(event));
    the("text").addEventListener("keydown", (event) => { if (event.key === "Escape") this.#discard(); });
    addEventListener("beforeunload", (event) => { if (notes.unsaved) event.preventDefault(); });
    notes.addEventListener("change", () => this.#show());
    this.#show();
  }

  write() {
    this.writingAt = this.place();
    the("writing-at").textContent = clock(this.writingAt.at, 1);
    the("writing").hidden = false;
    the("text").focus();
  }

  #show() {
    const items = this.notes.list.map((note) => {
      const programme = this.told.programmes[note.programme];
      const at = clock(note.at, 1);
      const place = programme?.timecode ? `${at}, ${timecodeLabel(note.at, programme.timecode)}` : at;
      return make("li", {},
        make("button", { class: "clock", onclick: () => this.go(note), "aria-label": `Go to ${place}` }, place),
        make("p", {}, make("bdi", {}, note.text), note.by ? make("span", { class: "faint" }, " · ", make("bdi", {}, note.by)) : null),
        make("button", { onclick: () => this.notes.remove(note), "aria-label": `Remove the note at ${at}` }, "Remove"));
    });
    the("note-list").replaceChildren(...items);
    the("save").disabled = the("copy").disabled = !items.length;
  }

  #keep(event) {
    event.preventDefault();
    const text = the("text").value.trim();
    if (text) this.notes.add({ ...this.writingAt, text, by: the("by").value.trim() });
    this.#discard();
  }

  #discard() {
    the("text").value = "";
    the("writing").hidden = true;
    the("note").focus();
  }

  #save() {
    const name = `${this.told.title} notes.csv`.replace(/[\\/:*?"<>|]+/g, "_");
    const link = make("a", { href: URL.createObjectURL(new Blob([this.notes.csv(this.told)], { type: "text/csv" })), download: name });
    document.body.append(link); // one that is no part of the page does not save in every browser
    link.click();
    link.remove();
    this.notes.unsaved = false;
    the("said").textContent = `Saved as ${name}.`;
  }

  async #copy() {
    try {
      await navigator.clipboard.writeText(this.notes.csv(this.told));
      the("said").textContent = "Copied.";
    } catch {
      the("said").textContent = "This browser does not let a page copy; save the file.";
    }
  }
}
