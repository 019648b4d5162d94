// A workbook as CSV: its first sheet with rows, read by read-excel-file, which is loaded only where a workbook comes.

import { quoted } from "./csv.js";

const LARGEST = 25_000_000; // bytes: a workbook is read whole

/** Whether a file's first bytes are those of a workbook (a zip archive). */
export const isWorkbook = (bytes) => bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4;

/** The rows of a workbook as a CSV file; dates become YYYY-MM-DD. */
export async function csvOf(file) {
  if (file.size > LARGEST) throw new Error("The workbook is larger than 25 MB. Save its sheet as CSV and drop that.");
  await import("./read-excel-file/read-excel-file.min.js");
  let sheets;
  try {
    sheets = await globalThis.readXlsxFile(file);
  } catch {
    throw new Error("This workbook cannot be read. Save its sheet as CSV and drop that.");
  }
  const rows = sheets.find((sheet) => sheet.data.length)?.data;
  if (!rows) throw new Error("The workbook has no rows.");
  return new File([rows.map((row) => `${row.map((value) => quoted(textOf(value))).join(",")}\n`).join("")], file.name);
}

function textOf(value) {
  if (value === null || value === undefined) return "";
  return value instanceof Date ? value.toISOString().slice(0, 10) : String(value);
}
