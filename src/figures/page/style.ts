/** The page's style sheet. */
export const style = `
:root { color-scheme: light; --ground: #ffffff; --text: #1f2328; --muted: #59636e; --quiet: #87919c; --line: #d0d7de; --soft: #f6f8fa; --accent: #0b5fbd; --accent-soft: #ddeafa; --mark: #d1242f; }
@media (prefers-color-scheme: dark) { :root:not([data-theme=light]) { color-scheme: dark; --ground: #14171c; --text: #e6e9ee; --muted: #a0a9b4; --quiet: #7d8794; --line: #39414b; --soft: #1c2128; --accent: #7db7ff; --accent-soft: #1d3554; --mark: #5fd7ff; } }
:root[data-theme=dark] { color-scheme: dark; --ground: #14171c; --text: #e6e9ee; --muted: #a0a9b4; --quiet: #7d8794; --line: #39414b; --soft: #1c2128; --accent: #7db7ff; --accent-soft: #1d3554; --mark: #5fd7ff; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 15px/1.5 Inter, 'Segoe UI', 'Helvetica Neue', Roboto, 'Liberation Sans', 'Noto Sans', sans-serif; }
main { max-width: 1280px; margin: 0 auto; padding: 20px; }
h1 { font-size: 21px; line-height: 1.3; margin: 0; }
h2 { font-size: 14px; margin: 0 0 6px; }
.about { color: var(--muted); margin: 2px 0 16px; overflow-wrap: anywhere; }
.controls { display: flex; flex-wrap: wrap; gap: 8px 14px; margin-bottom: 12px; }
.controls label { display: block; font-size: 12px; color: var(--muted); }
.controls select { max-width: 100%; }
select, button { font: inherit; font-size: 14px; color: var(--text); background: var(--soft); border: 1px solid var(--line); border-radius: 6px; padding: 5px 8px; min-height: 34px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
#heads { display: flex; flex-wrap: wrap; gap: 6px; margin-bottom: 14px; }
#heads button { display: flex; flex-direction: column; align-items: center; gap: 2px; padding: 4px; font-size: 11px; line-height: 1.2; color: var(--muted); cursor: pointer; }
#heads button[aria-pressed=true] { border-color: var(--accent); background: var(--accent-soft); color: var(--text); box-shadow: 0 0 0 1px var(--accent); }
#heads canvas { width: 52px; height: 52px; image-rendering: pixelated; }
#heads[hidden] { display: none; }
.columns-of-page { display: grid; grid-template-columns: minmax(0, 1fr) 250px; gap: 20px; align-items: start; }
#frame { overflow: auto; max-height: max(420px, calc(100vh - 24px)); }
#plot { display: grid; grid-template-columns: max-content max-content; width: max-content; }
#corner { position: sticky; left: 0; top: 0; z-index: 3; background: var(--ground); }
#rows { position: sticky; left: 0; z-index: 1; background: var(--ground); width: clamp(84px, 16vw, 150px); height: var(--height); font-size: 13px; line-height: 17px; }
#rows div { position: absolute; right: 8px; max-width: calc(100% - 8px); top: var(--at); transform: translateY(-50%); overflow: hidden; text-overflow: ellipsis; white-space: pre; }
#columns { position: sticky; top: 0; z-index: 2; background: var(--ground); width: var(--size); height: var(--heading, 60px); font-size: 13px; line-height: 17px; }
#columns div { position: absolute; bottom: 6px; left: var(--at); max-height: 110px; writing-mode: vertical-rl; text-orientation: sideways; transform: translateX(-50%) rotate(180deg); overflow: hidden; text-overflow: ellipsis; white-space: pre; }
#rows .current, #columns .current { color: var(--accent); font-weight: 600; }
.quiet { color: var(--quiet); }
#focus { position: relative; width: var(--size); height: var(--height); background: var(--soft); touch-action: pan-x pan-y; }
#cells { display: block; width: 100%; height: 100%; image-rendering: pixelated; cursor: crosshair; }
#numbers { position: absolute; inset: 0; display: grid; font-size: 12px; font-variant-numeric: tabular-nums; pointer-events: none; }
#numbers[hidden] { display: none; }
#numbers span { display: flex; align-items: center; justify-content: center; }
#focus:focus-visible { outline-offset: -2px; }
#marker { position: absolute; left: 0; top: 0; width: var(--cell); height: var(--cell); min-width: 5px; min-height: 5px; outline: 2px solid var(--mark); outline-offset: -1px; pointer-events: none; scroll-margin: calc(var(--heading) + 6px) 6px 6px 156px; }
.axis { color: var(--muted); font-size: 12px; margin: 0 0 6px; }
aside { border: 1px solid var(--line); border-radius: 8px; padding: 14px; background: var(--soft); position: sticky; top: 12px; }
#readout { margin: 0 0 14px; min-height: 3em; overflow-wrap: anywhere; }
#readout bdi { font-weight: 600; white-space: pre-wrap; }
#readout strong { white-space: nowrap; font-variant-numeric: tabular-nums; }
#strongest { list-style: none; margin: 0 0 14px; padding: 0; font-size: 14px; min-height: 140px; }
#strongest li { display: flex; justify-content: space-between; gap: 8px; padding: 2px 6px; margin-bottom: 3px; border-radius: 4px; background: linear-gradient(to right, var(--accent-soft) calc(var(--share) * 100%), transparent 0); }
#strongest bdi { overflow: hidden; text-overflow: ellipsis; white-space: pre; }
.amount { font-variant-numeric: tabular-nums; }
.scale { display: flex; align-items: center; gap: 8px; font-size: 12px; color: var(--muted); font-variant-numeric: tabular-nums; }
#bar { flex: 1; height: 12px; border-radius: 3px; }
.note { font-size: 12px; color: var(--muted); margin: 12px 0 0; }
kbd { font: inherit; border: 1px solid var(--line); border-radius: 4px; padding: 0 4px; }
details { margin-top: 20px; }
summary { cursor: pointer; }
#values { overflow: auto; max-height: 70vh; margin-top: 8px; }
table { border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--muted); padding: 4px 0; }
th, td { border: 1px solid var(--line); padding: 2px 6px; white-space: pre; }
th { font-weight: 600; background: var(--soft); }
.unseen { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (max-width: 760px) { main { padding: 14px 12px; } .columns-of-page { grid-template-columns: minmax(0, 1fr); } #rows { width: 84px; } aside { position: static; } #strongest { min-height: 0; } #heads canvas { width: 40px; height: 40px; } }
`.trim();
