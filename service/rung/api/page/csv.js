// Delimited text: where rows end, and the cells of a row. Quotes count only at the start of a cell, as in RFC 4180.

const QUOTE = 34;
const LF = 10;
const CR = 13;
const BLANK = /^[\r\n]*$/;

/** The likeliest delimiter of a heading line; comma where nothing else is more common. */
export function delimiterOf(line) {
  let best = ",";
  for (const candidate of [";", "\t", "|"]) {
    if (cells(line, candidate).length > cells(line, best).length) best = candidate;
  }
  return best;
}

/** The cells of one row. */
export function cells(row, delimiter) {
  const found = [];
  let at = 0;
  const text = row.replace(/\r?\n$|\r$/, "");
  for (;;) {
    if (text.charCodeAt(at) === QUOTE) {
      let end = at + 1;
      for (;;) {
        end = text.indexOf('"', end);
        if (end < 0) end = text.length;
        else if (text.charCodeAt(end + 1) === QUOTE) {
          end += 2;
          continue;
        }
        break;
      }
      const next = text.indexOf(delimiter, end + 1);
      // What stands between the closing quote and the delimiter belongs to the cell, as most readers have it.
      found.push(text.slice(at + 1, end).replaceAll('""', '"') + text.slice(end + 1, next < 0 ? undefined : next));
      if (next < 0) return found;
      at = next + 1;
    } else {
      const next = text.indexOf(delimiter, at);
      found.push(text.slice(at, next < 0 ? undefined : next));
      if (next < 0) return found;
      at = next + 1;
    }
  }
}

/** Cuts a stream of text into whole rows, across its pieces. */
export class Rows {
  constructor(delimiter) {
    this.delimiter = delimiter.charCodeAt(0);
    this.rest = "";
    this.at = 0; // how far the rest has been looked through
    this.quoted = false;
    this.fresh = true; // at the start of a cell
    this.closed = -2; // where the last quoted part ended: a quote right after it is a doubled one
  }

  /** The rows that end in this piece, each with its line break; blank lines are left out. */
  push(piece) {
    const text = this.rest + piece;
    const found = [];
    let { at, quoted, fresh, closed } = this;
    let start = 0;
    for (; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (quoted) {
        if (code === QUOTE) {
          quoted = false;
          closed = at;
          fresh = false;
        }
        continue;
      }
      if (code === QUOTE && (fresh || closed === at - 1)) quoted = true;
      else if (code === LF || code === CR) {
        if (code === CR && at + 1 === text.length) break; // a line feed may follow in the next piece
        if (code === CR && text.charCodeAt(at + 1) === LF) at += 1;
        const row = text.slice(start, at + 1);
        if (!BLANK.test(row)) found.push(row);
        start = at + 1;
        fresh = true;
        continue;
      }
      fresh = code === this.delimiter;
    }
    this.rest = text.slice(start);
    Object.assign(this, { at: at - start, quoted, fresh, closed: closed - start });
    return found;
  }

  /** The last row, where no line break ends it. */
  end() {
    const row = this.rest;
    this.rest = "";
    return BLANK.test(row) ? [] : [row];
  }
}

/** Cuts a stream of text into lines, across its pieces; blank lines are left out. */
export class Lines {
  constructor() {
    this.rest = "";
  }

  /** The lines that end in this piece, without their line breaks. */
  push(piece) {
    const found = (this.rest + piece).split(/\r\n|\n|\r(?!$)/);
    this.rest = found.pop();
    return found.filter((line) => line.trim());
  }

  /** The last line, where no line break ends it. */
  end() {
    const line = this.rest.replace(/\r$/, "");
    this.rest = "";
    return line.trim() ? [line] : [];
  }
}

/** A text as one quoted cell. */
export const quoted = (text) => `"${text.replaceAll('"', '""')}"`;
