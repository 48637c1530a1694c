/** The look of the sign-in pages; follows the system's light or dark colours. */
export const stylesheet = `
:root {
  color-scheme: light dark;
  --canvas: #f4f5f7;
  --surface: #ffffff;
  --text: #16191f;
  --muted: #5a6270;
  --line: #dfe2e8;
  --field: #8a92a0;
  --accent: #2f5bd7;
  --accent-strong: #2449b3;
  --on-accent: #ffffff;
  --accent-soft: #e8eefc;
  --danger: #b3261e;
  --danger-soft: #fdecea;
  --shadow: 0 1px 2px rgb(16 24 40 / 6%), 0 12px 32px rgb(16 24 40 / 8%);
}
@media (prefers-color-scheme: dark) {
  :root {
    --canvas: #101217;
    --surface: #191c23;
    --text: #eef0f4;
    --muted: #a2a9b6;
    --line: #2c313b;
    --field: #727b8b;
    --accent: #8fabff;
    --accent-strong: #adc2ff;
    --on-accent: #0f1a3a;
    --accent-soft: #222c48;
    --danger: #ff9a91;
    --danger-soft: #3b2222;
    --shadow: 0 1px 2px rgb(0 0 0 / 40%), 0 12px 32px rgb(0 0 0 / 32%);
  }
}
* { box-sizing: border-box; }
body {
  margin: 0;
  min-height: 100vh;
  min-height: 100dvh;
  display: grid;
  grid-template-rows: 1fr auto;
  justify-items: center;
  align-items: center;
  gap: 16px;
  padding: 24px 16px;
  background: var(--canvas);
  color: var(--text);
  font: 16px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif;
  -webkit-font-smoothing: antialiased;
}
.card {
  width: 100%;
  max-width: 420px;
  padding: 40px 36px 36px;
  background: var(--surface);
  border: 1px solid var(--line);
  border-radius: 16px;
  box-shadow: var(--shadow);
}
.mark {
  display: grid;
  place-items: center;
  width: 48px;
  height: 48px;
  margin: 0 0 20px;
  border-radius: 12px;
  background: var(--accent-soft);
  color: var(--accent-strong);
  font-size: 20px;
  font-weight: 650;
}
.logo { display: block; max-width: 200px; max-height: 56px; margin: 0 0 20px; }
.logo + .mark { display: none; }
.mark svg { width: 24px; height: 24px; }
.mark-danger { background: var(--danger-soft); color: var(--danger); }
h1 {
  margin: 0 0 8px;
  font-size: 22px;
  line-height: 1.3;
  font-weight: 650;
  letter-spacing: -0.01em;
  text-wrap: balance;
  overflow-wrap: anywhere;
}
p { margin: 0; color: var(--muted); text-wrap: pretty; }
.actions { display: grid; gap: 10px; margin: 28px 0 0; padding: 0; list-style: none; }
.button {
  display: block;
  width: 100%;
  min-height: 48px;
  padding: 11px 20px;
  border: 1px solid transparent;
  border-radius: 10px;
  background: var(--accent);
  color: var(--on-accent);
  font: inherit;
  font-weight: 600;
  text-align: center;
  text-decoration: none;
  overflow-wrap: anywhere;
  cursor: pointer;
}
.button:hover { background: var(--accent-strong); }
.button-quiet { background: transparent; border-color: var(--line); color: var(--text); }
.button-quiet:hover { background: var(--canvas); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
label { display: block; margin: 24px 0 6px; font-weight: 600; font-size: 14px; }
input:not([type='hidden'], [type='checkbox']) {
  width: 100%;
  min-height: 48px;
  padding: 10px 14px;
  border: 1px solid var(--field);
  border-radius: 10px;
  background: var(--surface);
  color: inherit;
  font: inherit;
}
input[aria-invalid='true'] { border-color: var(--danger); }
.hint { margin-top: 6px; font-size: 14px; }
.problem { margin-top: 6px; font-size: 14px; color: var(--danger); }
.note { margin-top: 16px; font-size: 14px; text-align: center; text-wrap: balance; }
input.for-managers {
  position: absolute;
  width: 1px;
  height: 1px;
  min-height: 0;
  padding: 0;
  border: 0;
  opacity: 0;
  pointer-events: none;
}
.message {
  margin: 20px 0 0;
  padding: 12px 16px;
  border-inline-start: 3px solid var(--accent);
  border-radius: 4px;
  background: var(--canvas);
}
.message figcaption { color: var(--muted); font-size: 13px; }
.message blockquote { margin: 4px 0 0; white-space: pre-line; overflow-wrap: anywhere; }
.optional { color: var(--muted); font-weight: 400; }
.or { display: flex; align-items: center; gap: 12px; margin-top: 24px; font-size: 14px; }
.or::before, .or::after { content: ''; flex: 1; border-top: 1px solid var(--line); }
.folded { margin-top: 24px; }
.folded summary { color: var(--muted); font-size: 14px; cursor: pointer; }
.choice { display: flex; gap: 10px; align-items: start; font-weight: 400; }
.choice input { width: 20px; height: 20px; margin: 1px 0 0; flex: none; accent-color: var(--accent); }
a:not(.button) { color: var(--accent-strong); }
.reference {
  margin-top: 28px;
  padding-top: 16px;
  border-top: 1px solid var(--line);
  font-size: 13px;
  font-variant-numeric: tabular-nums;
}
footer { color: var(--muted); font-size: 13px; }
@media (max-width: 480px) {
  .card { padding: 32px 24px 28px; }
}
`
