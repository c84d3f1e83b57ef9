// The widget's styles, for a constructable style sheet: no website has to allow inline styles for it. Values are those of
// css/tokens.css.
const light = `color-scheme:light;--ground:#fff;--soft:#f5f6f8;--line:#d8dce1;--strong:#7f8893;--ink:#1a1e23;--ink2:#47505a;
--accent:#1f5fbf;--accent2:#174a96;--on:#fff;--ours:#eaf2fd;--late:#b3261e;
--shadow:0 4px 16px rgb(20 26 33/16%),0 0 0 1px rgb(20 26 33/6%)`;
const dark = `color-scheme:dark;--ground:#15181c;--soft:#1b1f24;--line:#343b44;--strong:#7d8793;--ink:#e7eaed;--ink2:#b9c1c9;
--accent:#84b5ff;--accent2:#a9ccff;--on:#0b1a30;--ours:#1a2a40;--late:#ff9d94;--shadow:0 4px 20px rgb(0 0 0/55%),0 0 0 1px #3a424c`;

export const css = `
:host{all:initial;${light};position:fixed;z-index:2147483000;bottom:var(--bottom,20px);inset-inline-start:auto;right:20px;left:auto;
font:16px/1.45 system-ui,"Segoe UI",Roboto,"Noto Sans","Noto Sans Thai","Leelawadee UI",Thonburi,"PingFang SC","Microsoft YaHei","Noto Sans SC","PingFang TC","Noto Sans TC",sans-serif;color:var(--ink)}
:host([data-side=left]){left:20px;right:auto}
@media(prefers-color-scheme:dark){:host(:not([data-theme=light])){${dark}}}
:host([data-theme=dark]){${dark}}
@media print{:host{display:none}}
*{box-sizing:border-box;margin:0}
[hidden]{display:none!important}
.all{line-height:1.45;letter-spacing:normal;word-spacing:normal;text-align:start;text-transform:none}
.all:lang(vi),.all:lang(zh){line-height:1.6}
.all:lang(th){line-height:1.7}
.all:lang(zh-Hant){font-family:system-ui,"PingFang TC","Microsoft JhengHei","Noto Sans TC","Noto Sans CJK TC","PingFang SC",sans-serif}
button,input,textarea{font:inherit;line-height:inherit;color:inherit}
button{cursor:pointer}
:focus{outline:none}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
svg{width:20px;height:20px;flex:none;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
.away{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.launcher{position:relative;display:grid;place-items:center;width:56px;height:56px;border:0;border-radius:50%;background:var(--accent);color:var(--on);box-shadow:var(--shadow)}
.launcher:hover,.button:hover{background:var(--accent2)}
.launcher svg{width:26px;height:26px}
.badge{position:absolute;top:-4px;right:-4px;min-width:22px;height:22px;padding:0 6px;border-radius:11px;background:var(--late);color:var(--ground);font-size:12px;line-height:22px;font-weight:600;text-align:center}
.panel{display:flex;flex-direction:column;width:380px;max-width:calc(100vw - 24px);height:640px;max-height:calc(100vh - var(--bottom,20px) - 20px);max-height:calc(100dvh - var(--bottom,20px) - 20px);background:var(--ground);border-radius:6px;box-shadow:var(--shadow);overflow:hidden;animation:in 100ms ease-out}
@keyframes in{from{opacity:0;transform:translateY(8px)}}
@media(prefers-reduced-motion:reduce){*{animation:none!important;transition:none!important;scroll-behavior:auto!important}}
header{display:flex;align-items:center;gap:4px;padding:8px 8px 8px 16px;border-bottom:1px solid var(--line)}
.title{flex:1;min-width:0}
.sub{display:flex;align-items:center;gap:4px;font-size:12px;color:var(--ink2)}
.sub svg{width:14px;height:14px}
h2{font-size:16px;font-weight:600;overflow-wrap:anywhere}
h3{display:flex;align-items:center;gap:8px;font-size:20px;font-weight:600;line-height:inherit}
.plain{display:grid;place-items:center;width:40px;height:40px;flex:none;padding:0;border:0;border-radius:6px;background:none;color:var(--ink2)}
.plain:hover{background:var(--soft)}
.button{min-height:40px;padding:6px 16px;border:0;border-radius:6px;background:var(--accent);color:var(--on);font-weight:600}
.link{padding:4px 0;border:0;background:none;color:var(--accent);text-decoration:underline}
.list{flex:1;min-height:0;overflow-y:auto;overscroll-behavior:contain;padding:16px;display:flex;flex-direction:column;gap:12px}
.list:focus-visible{outline-offset:-2px}
.first{display:grid;gap:8px;margin-bottom:8px;color:var(--ink2)}
.first h3{color:var(--ink)}
.first.small{font-size:14px}
.first.small h3{display:none}
.first.small p~p~p{display:none}
.day{align-self:center;font-size:12px;color:var(--ink2)}
.message{display:grid;gap:2px;max-width:88%;align-self:flex-start}
.message.mine{align-self:flex-end;justify-items:end}
.who{display:flex;flex-wrap:wrap;align-items:center;gap:2px 8px;font-size:12px;color:var(--ink2)}
.who strong{color:var(--ink)}
.mark{display:inline-flex;align-items:center;gap:4px}
.mark svg{width:14px;height:14px}
.prose{padding:8px 12px;border:1px solid var(--line);border-radius:6px;background:var(--soft);overflow-wrap:anywhere}
.mine .prose{border-color:transparent;background:var(--ours);white-space:pre-wrap}
.prose>*+*{margin-top:8px}
.prose ul,.prose ol{padding-inline-start:20px}
.prose pre{white-space:pre-wrap}
a{color:var(--accent)}
.files{display:grid;gap:4px}
.file{display:inline-flex;flex-wrap:wrap;align-items:center;gap:4px;font-size:14px;overflow-wrap:anywhere}
.file img{display:block;max-width:100%;max-height:200px;border-radius:6px}
.state{font-size:12px;color:var(--ink2)}
.state:empty{display:none}
.status{padding:8px 16px;border-top:1px solid var(--line);background:var(--soft);font-size:14px}
.ask{display:grid;gap:4px;padding:12px 16px;border-top:1px solid var(--line);background:var(--soft);font-size:14px;justify-items:start}
.ask label{font-weight:600}
.ask .row{width:100%}
.ask p{color:var(--ink2)}
.ask .wrong{color:var(--late)}
.wrong:empty{display:none}
.row{display:flex;align-items:flex-end;gap:8px}
input,textarea{flex:1;min-width:0;padding:8px 10px;border:1px solid var(--strong);border-radius:6px;background:var(--ground);font-size:16px}
input{min-height:40px}
::placeholder{color:var(--ink2);opacity:1}
textarea{min-height:42px;max-height:160px;resize:none}
.composer{padding:8px 12px calc(8px + env(safe-area-inset-bottom));border-top:1px solid var(--line)}
.send{width:42px;height:42px;padding:0;display:grid;place-items:center;flex:none}
.chosen{display:grid;gap:2px;padding:0 0 8px;list-style:none;font-size:14px}
.chosen li{display:flex;align-items:center;justify-content:space-between;overflow-wrap:anywhere}
.foot{padding-top:4px;font-size:12px;color:var(--ink2);overflow-wrap:anywhere}
.foot:empty{display:none}
@media(max-width:480px){
.panel{position:fixed;inset:0;width:auto;max-width:none;height:auto;max-height:none;border-radius:0;box-shadow:none}
.plain,.send{width:48px;height:48px}
textarea,.button{min-height:48px}
}`;
