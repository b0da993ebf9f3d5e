import type { Figure } from 'pellucid/figures';

/** A picture that can be saved. */
export type Picture = Pick<Figure, 'svg' | 'width' | 'height'>;

const space = 'http://www.w3.org/2000/svg';

/** What a living view shows at this moment: what it has painted as an image, its words as text. */
export function shownPicture(host: HTMLElement, title: string): Picture {
  const frame = host.querySelector<HTMLElement>('[aria-roledescription=figure]') ?? host;
  const box = frame.getBoundingClientRect();
  const [width, height] = [Math.round(box.width), Math.round(box.height)];
  const svg = element('svg', {
    ...{ xmlns: space, width, height, viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': title },
    'font-family': getComputedStyle(frame).fontFamily,
  });
  svg.append(element('title', {}, title));
  svg.append(element('rect', { width, height, fill: getComputedStyle(document.body).backgroundColor }));
  for (const canvas of frame.querySelectorAll('canvas')) {
    const { x, y, width: wide, height: high } = canvas.getBoundingClientRect();
    const place = { x: x - box.x, y: y - box.y, width: wide, height: high };
    svg.append(element('image', { ...place, href: canvas.toDataURL('image/png') }));
  }
  const texts = document.createTreeWalker(frame, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const word = wordOf(texts.currentNode as Text, box);
    if (word) svg.append(word);
  }
  return { svg: new XMLSerializer().serializeToString(svg), width, height };
}

/** A piece of text where it stands; null where it is not in sight. */
function wordOf(node: Text, box: DOMRect): SVGElement | null {
  const parent = node.parentElement!;
  const range = document.createRange();
  range.selectNodeContents(node);
  const { x, y, width, height } = range.getBoundingClientRect();
  const style = getComputedStyle(parent);
  const outside = y + height < box.top || y > box.bottom || x > box.right || x + width < box.left;
  if (outside || width * height === 0 || style.visibility === 'hidden') return null;
  const size = Number.parseFloat(style.fontSize);
  // Letters stand a good third of their size below their middle.
  const baseline = y + height / 2 + size * 0.35;
  return element(
    'text',
    {
      ...{ x: x - box.x, y: baseline - box.y, 'font-size': size, 'font-weight': style.fontWeight },
      // The page's policy allows no style here.
      ...{ fill: style.color, opacity: style.opacity, 'xml:space': 'preserve' },
    },
    node.data,
  );
}

function element(name: string, attributes: Readonly<Record<string, string | number>>, text = ''): SVGElement {
  const made = document.createElementNS(space, name);
  for (const [key, value] of Object.entries(attributes))
    if (key !== 'xmlns')
      made.setAttribute(key, typeof value === 'number' ? String(Math.round(value * 100) / 100) : value);
  made.append(text);
  return made;
}
