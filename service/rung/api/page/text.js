// Offsets and spans. The service counts characters (code points); JavaScript counts UTF-16 units, two for an emoji.

const PAIRS = /[\ud800-\udbff][\udc00-\udfff]/;

/** A function from code-point offsets of a text to its UTF-16 offsets. */
export function offsets(text) {
  if (!PAIRS.test(text)) return (point) => point;
  const table = new Uint32Array(text.length + 1);
  let point = 0;
  for (let unit = 0; unit < text.length; point += 1) {
    table[point] = unit;
    unit += text.codePointAt(unit) > 0xffff ? 2 : 1;
  }
  table[point] = text.length;
  return (wanted) => table[Math.min(wanted, point)];
}

/** A text as pieces in order, `{text, span}`; `span` is null between the spans. What overlaps an earlier span is left out. */
export function pieces(text, spans) {
  const found = [];
  let at = 0;
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    if (span.start < at || span.end <= span.start || span.end > text.length) continue;
    if (span.start > at) found.push({ text: text.slice(at, span.start), span: null });
    found.push({ text: text.slice(span.start, span.end), span });
    at = span.end;
  }
  if (at < text.length) found.push({ text: text.slice(at), span: null });
  return found;
}

/** The spans of a title: what evidence marks by offset, then modifiers, specialisms and what was set aside, found by their text. */
export function titleSpans(view, evidence) {
  const title = view.title;
  const at = offsets(title);
  const spans = [];
  const free = (start, end) => spans.every((span) => end <= span.start || start >= span.end);
  const add = (start, end, kind, label) => {
    if (end > start && free(start, end)) spans.push({ start, end, kind, label });
  };
  const find = (words, kind, label) => {
    const lower = title.toLowerCase();
    // Lower case may change a text's length (İ); offsets would then lie, so such a title shows its marks by evidence alone.
    if (!words || lower.length !== title.length) return;
    for (let start = lower.indexOf(words.toLowerCase()); start >= 0; start = lower.indexOf(words.toLowerCase(), start + 1)) {
      if (free(start, start + words.length)) return add(start, start + words.length, kind, label);
    }
  };
  const levelled = (item) => "level" in item.towards;
  for (const item of evidence.filter((item) => item.source === "title")) {
    if (levelled(item)) add(at(item.start), at(item.end), "seniority", "seniority");
    else add(at(item.start), at(item.end), "head", "head");
  }
  for (const item of view.modifiers) find(item.text, "seniority", item.kind);
  for (const item of view.set_aside) find(item.text, "aside", `set aside: ${item.kind}`);
  for (const words of view.specialisms) find(words, "specialism", "specialism");
  return spans;
}
