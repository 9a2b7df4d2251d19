// stats/report: the one style of the HTML file. Contrasts are at least 4.5 to 1 for text in light and dark; nothing moves; tables scroll by themselves.

export const html_style = [
  ':root{color-scheme:light dark;--i:#1c2326;--b:#fff;--m:#5a666b;--l:#d5dcdf;--r:#7d8f97;--c:#0b62b8;--bad:#a3200d;--ok:#1d6b3a}',
  '@media(prefers-color-scheme:dark){:root{--i:#e6ebed;--b:#14191b;--m:#9fadb3;--l:#3a4448;--r:#71838b;--c:#6db3ff;--bad:#ff9480;--ok:#7fd39a}}',
  'body{margin:0;background:var(--b);color:var(--i);font:15px/1.5 system-ui,sans-serif}main{max-width:900px;margin:auto;padding:16px}',
  'h1{font-size:24px;overflow-wrap:anywhere}h2{font-size:19px;margin-top:32px}h3{font-size:16px;margin:28px 0 4px;overflow-wrap:anywhere}p{margin:6px 0}',
  'table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:13px}th,td{text-align:left;padding:3px 12px 3px 0;border-bottom:1px solid var(--l);vertical-align:top}',
  '.s{overflow-x:auto;margin:8px 0}svg{width:100%;max-width:640px;height:auto;display:block;margin:8px 0;overflow:visible}svg text{fill:var(--m);font-size:12px}svg .e{text-anchor:end}',
  'path.r{fill:var(--r);fill-opacity:.35;stroke:var(--r)}path.c{fill:none;stroke:var(--c);stroke-width:2;stroke-dasharray:6 3}rect.r{fill:var(--r)}rect.c{fill:var(--c)}circle.c{fill:var(--b);stroke:var(--c);stroke-width:2}',
  '.bad{color:var(--bad);font-weight:600}.ok{color:var(--ok)}a{color:var(--c)}summary{color:var(--m);cursor:pointer;padding:4px 0}',
  '.k span{display:inline-block;width:22px;height:0;margin-left:12px;vertical-align:middle;border-top:2px dashed var(--c)}.k .r{border-top:8px solid var(--r)}',
  '@media print{:root{color-scheme:light}section{break-inside:avoid}.s{overflow:visible}a{color:inherit;text-decoration:none}}',
].join('');
