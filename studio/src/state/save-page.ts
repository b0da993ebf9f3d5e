import { packRecording, type RecordedAnswer } from 'pellucid/client';
import { writeAddress } from './address.js';
import { receiptsToKeep } from './receipts.js';
import { client } from './session.js';
import { useView } from './view.js';

/** Bytes that a saved page shall have, at most; where it would have more, attention is rounded. */
const mostBytes = 4_900_000;

/** Saves the page as one file: this program, and what it was answered about the model and text that are shown. */
export async function savePage(): Promise<void> {
  const html = await savedPage();
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([html], { type: 'text/html' }));
  link.download = `pellucid-${useView.getState().view.model.replaceAll(/[^\w.-]+/g, '-')}.html`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** The whole page as HTML that loads nothing. */
export async function savedPage(): Promise<string> {
  const { view } = useView.getState();
  const [program, style] = await Promise.all([ownText(import.meta.url), ownText(styleAddress())]);
  const code = inlineCode(program);
  const recording = {
    answers: about(view.model),
    date: new Date().toISOString(),
    address: writeAddress(view),
    page: { receipts: receiptsToKeep() },
  };
  const { text } = await packRecording(recording, mostBytes - code.length - style.length - 2000);
  const policy = [
    "default-src 'none'",
    `script-src ${await hashOf(code)}`,
    `style-src ${await hashOf(style)}`,
    'img-src data: blob:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="${document.documentElement.lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>Pellucid</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<div id="studio"></div>
<script type="text/plain" id="recording">${text}</script>
<script type="module">${code}</script>
</body>
</html>
`;
}

/** What belongs to what is shown: the list of models, this model, and all about the input that it read last. */
function about(model: string): RecordedAnswer[] {
  const all = client.answers().map((answer) => ({ answer, asked: answer.request as Asked }));
  const own = all.filter(({ answer, asked }) => answer.name === 'about' || asked.model === model);
  const last = own.findLast(({ answer }) => answer.name === 'run')?.asked.input;
  const same = JSON.stringify(last);
  return own
    .filter(({ asked }) => asked.input === undefined || JSON.stringify(asked.input) === same)
    .map(({ answer }) => answer);
}

/** What this reads of any request. */
interface Asked {
  readonly model?: string;
  readonly input?: unknown;
}

/** Text of a file of this page. */
async function ownText(address: string): Promise<string> {
  const response = await fetch(address);
  if (!response.ok)
    throw new Error(`${address} cannot be read (${response.status}): is the studio still running?`);
  return response.text();
}

function styleAddress(): string {
  const link = document.querySelector<HTMLLinkElement>('link[rel=stylesheet]');
  if (!link) throw new Error('this page has no style of its own');
  return link.href;
}

/** Code that may stand in a script element: what could end or open one is written in another way, which in strings and patterns means the same. */
function inlineCode(code: string): string {
  return code.replace(/\/\/# sourceMappingURL=.*$/m, '').replaceAll(/<(?=\/script|script|!--)/gi, '\\x3C');
}

async function hashOf(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return `'sha256-${btoa(String.fromCharCode(...digest))}'`;
}
