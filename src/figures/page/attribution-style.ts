/** The style sheet of pages of attributions. */
export const attributionStyle = `
:root { color-scheme: light; --ground: #ffffff; --text: #1f2328; --muted: #59636e; --line: #d0d7de; --soft: #f6f8fa; --good: #1a7f37; --bad: #b42318; --open: #7a5a00; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 15px/1.5 Inter, 'Segoe UI', 'Helvetica Neue', Roboto, 'Liberation Sans', 'Noto Sans', sans-serif; }
main { max-width: 940px; margin: 0 auto; padding: 24px 20px 60px; }
h1 { font-size: 21px; line-height: 1.3; margin: 0 0 6px; }
h2 { font-size: 16px; margin: 0 0 8px; }
.about { color: var(--muted); margin: 2px 0; overflow-wrap: anywhere; }
section { border: 1px solid var(--line); border-radius: 8px; padding: 16px; margin-top: 18px; overflow-x: auto; }
section p { margin: 6px 0; }
.picture svg { display: block; max-width: 100%; height: auto; margin: -8px 0 0 -20px; }
.verdict { font-size: 12px; border: 1px solid currentColor; border-radius: 999px; padding: 1px 9px; margin-left: 6px; vertical-align: 2px; white-space: nowrap; }
.supported { color: var(--good); }
.not-supported { color: var(--bad); }
.inconclusive { color: var(--open); }
details { margin-top: 8px; }
summary { cursor: pointer; }
:focus-visible { outline: 2px solid #0b5fbd; outline-offset: 2px; }
table { border-collapse: collapse; font-size: 13px; margin-top: 6px; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--muted); padding: 4px 0; }
th, td { border: 1px solid var(--line); padding: 3px 8px; text-align: left; }
thead th { background: var(--soft); font-weight: 600; }
tbody th { font-weight: 400; white-space: pre-wrap; }
pre { background: var(--soft); border: 1px solid var(--line); border-radius: 6px; padding: 10px 12px; margin: 8px 0; font-size: 13px; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
.note { color: var(--muted); font-size: 13px; }
`.trim();
