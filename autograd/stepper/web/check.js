/** Where a reader writes down numbers of their own, and is told what went wrong. */

import { fit, parsed, rounds } from "./answer.js";
import { h, write } from "./dom.js";
import { digits } from "./numbers.js";

const ASKED = { contribution: "contribution", after: "sum so far" };
const NOT_A_NUMBER = "Write a number: 0.79, −3, 1e−3 or 1/3.";
const INCOMPLETE = "It is right as far as it goes, but one digit tells too little: give at least two.";
const HINT = "Multiply the adjoint by the partial; for the sum, add that to what was there.";
const [ROUNDED, APART] = [1, 3];

/** The form. data: {slips, tolerance}. answered({what, given, right, slip}) is called for each number that is checked. */
export function checkForm(data, { answered, reveal }) {
  let step = null;
  const said = h("p", { class: "said", role: "status" });
  const fields = Object.keys(ASKED).map((what) => {
    const input = h("input", { type: "text", name: what, autocomplete: "off", spellcheck: "false" });
    return { what, input, label: h("label", {}, ASKED[what], input) };
  });
  const submit = h("button", { type: "submit", class: "check" }, "Check");
  const show = h("button", { type: "button", class: "reveal", onclick: reveal }, "Show me");
  const form = h("form", { class: "hand", onsubmit: check }, h("b", {}, "Work it out by hand"), ...fields.map((field) => field.label), submit, show, said);

  function check(event) {
    event.preventDefault();
    const written = fields.filter(({ label, input }) => !label.hidden && input.value.trim());
    const verdicts = written.map(({ what, input }) => ({ what, input, ...verdict(what, input.value, step, data) }));
    for (const { what, input, given, right, slip } of verdicts) {
      input.setAttribute("aria-invalid", String(!right));
      if (given !== null) answered({ what, given, right, slip });
    }
    const allRight = verdicts.length > 0 && verdicts.every(({ right }) => right);
    write(said, verdicts.map(({ sentence }) => sentence).join(" ") || NOT_A_NUMBER);
    said.className = `said ${allRight ? "right" : "wrong"}`;
    if (allRight) reveal();
  }

  // Enter sends the form by itself in a page, but not within a notebook.
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
    event.preventDefault();
    form.requestSubmit();
  });

  return {
    element: form,
    /** Another step. hidden: are its numbers still to be found? */
    put(next, hidden) {
      if (step !== next) {
        write(said, "");
        for (const { input } of fields) {
          input.value = "";
          input.removeAttribute("aria-invalid");
        }
      }
      step = next;
      form.hidden = !step.check;
      show.hidden = !hidden;
      for (const { what, label } of fields) label.hidden = !step.check?.[what];
    },
  };
}

/** What there is to say of a text that was written: as `check_by_hand` has it, a slip that fits better than a number that is off by one is what happened. */
function verdict(what, text, step, { slips, tolerance }) {
  const [given, expected] = [parsed(text), step[what]];
  if (!given) return { given: null, right: false, slip: null, sentence: `“${text.trim()}” is no number. ${NOT_A_NUMBER}` };
  const found = fit(given, expected, tolerance);
  const wrong = (sentence, slip = null) => ({ given: given.number, right: false, slip, sentence: `${digits(given.number)} is not the ${ASKED[what]}. ${sentence}` });
  if (found > ROUNDED) {
    const fits = step.check[what].map(([number]) => fit(given, number, tolerance));
    const best = fits.indexOf(Math.min(APART, ...fits));
    const incomplete = given.significant === 1 && rounds(given, expected, tolerance);
    if (best >= 0 && fits[best] < (incomplete ? ROUNDED : found)) {
      const [name, sentence] = slips[step.check[what][best][1]];
      return wrong(sentence, name);
    }
    if (found === APART) return wrong(incomplete ? INCOMPLETE : HINT);
  }
  return { given: given.number, right: true, slip: null, sentence: `Right: the ${ASKED[what]} is ${digits(expected)}.` };
}
