/** A word at the bottom of the screen that goes away by itself, and is read aloud. */
import { h } from "./dom.js";

/** @param {string} text */
export function toast(text) {
  const node = h("p.toast", {}, text);
  document.getElementById("toasts")?.append(node);
  setTimeout(() => node.remove(), 6000);
}
