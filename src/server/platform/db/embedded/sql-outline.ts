/**
 * SQL with the insides of comments and string literals blanked out, and nothing moved: what a keyword search finds in the
 * outline really is a keyword, at the same position as in the original.
 */
export function outlineOf(sql: string): string {
  const special = /'|"|\$(?:[A-Za-z_][A-Za-z0-9_]*)?\$|--|\/\*/g;
  let outline = '';
  let from = 0;
  for (let match; (match = special.exec(sql));) {
    const opening = match[0];
    const end = endOf(sql, opening, match.index);
    outline += sql.slice(from, match.index);
    outline += opening === '"' ? sql.slice(match.index, end) : ' '.repeat(end - match.index);
    from = special.lastIndex = end;
  }
  return outline + sql.slice(from);
}

function endOf(sql: string, opening: string, start: number): number {
  const after = start + opening.length;
  const until = (closing: string) => {
    const at = sql.indexOf(closing, after);
    return at < 0 ? sql.length : at + closing.length;
  };
  if (opening === '--') return until('\n');
  if (opening === '/*') return endOfComment(sql, after);
  if (opening === "'" && /(?:^|[^A-Za-z0-9_])[eE]$/.test(sql.slice(Math.max(0, start - 2), start))) return endOfEscapeString(sql, after);
  // A doubled quote inside a string reads as the end of one string and the start of the next, which blanks the same.
  return until(opening);
}

/** Comments nest in Postgres. */
function endOfComment(sql: string, after: number): number {
  const mark = /\/\*|\*\//g;
  mark.lastIndex = after;
  for (let depth = 1, match; (match = mark.exec(sql));) {
    depth += match[0] === '/*' ? 1 : -1;
    if (depth === 0) return mark.lastIndex;
  }
  return sql.length;
}

function endOfEscapeString(sql: string, after: number): number {
  for (let at = after; at < sql.length; at++) {
    if (sql[at] === '\\') at++;
    else if (sql[at] === "'") return at + 1;
  }
  return sql.length;
}
