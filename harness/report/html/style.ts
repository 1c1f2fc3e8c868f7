/**
 * The style of the page: light, dark and print, from a phone to a wide screen. Colours carry a sign and a word wherever they
 * mean something, and contrast to their ground by 4.5 to 1 at least (WCAG 2.2, AA).
 */
export const style = `
:root{color-scheme:light dark;--page:#f6f7f9;--card:#fff;--ink:#1b2430;--soft:#566273;--rule:#dde2e9;--sunk:#f1f3f6;--link:#1a56b8;
--passed:#14713b;--failed:#b3261e;--unproven:#8a5a00;--warning:#9a4a00;--inapplicable:#5f6b7a;--faulted:#7a2da0;
--passed-tint:#e7f4ec;--failed-tint:#fbeae9;--unproven-tint:#fbf2df;--warning-tint:#fdf0e4;--faulted-tint:#f5eafa;
--mono:ui-monospace,SFMono-Regular,"SF Mono",Menlo,Consolas,"Liberation Mono",monospace}
@media(prefers-color-scheme:dark){:root{--page:#11151b;--card:#1a2028;--ink:#e6eaf0;--soft:#a3afbf;--rule:#313a46;--sunk:#141a21;--link:#8ab8ff;
--passed:#63cf8d;--failed:#ff8a80;--unproven:#f0bf58;--warning:#ffac66;--inapplicable:#a3afbf;--faulted:#d79bf5;
--passed-tint:#16291f;--failed-tint:#33191a;--unproven-tint:#2e2614;--warning-tint:#301f12;--faulted-tint:#291b32}}
*{box-sizing:border-box}
html{scroll-padding-top:4rem}
body{margin:0;background:var(--page);color:var(--ink);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif;overflow-wrap:anywhere}
main,.foot{max-width:68rem;margin:auto;padding:0 1.25rem}
a{color:var(--link);text-underline-offset:.15em}
:focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:3px}
code,pre{font-family:var(--mono);font-size:.875em;unicode-bidi:isolate}
dd,td,.sentence{unicode-bidi:isolate}
small{color:var(--soft);font-size:.875em}
h1,h2,h3,p,ul,ol,dl,figure{margin:0}
h2{font-size:1.25rem;line-height:1.3;margin:2.75rem 0 .9rem;letter-spacing:-.01em}
h3{font-size:1rem;margin:1.75rem 0 .6rem}
h3::first-letter{text-transform:uppercase}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:1rem;z-index:9;background:var(--card);padding:.5rem 1rem}
i{display:inline-block;position:relative;flex:none;width:1.3em;height:1.3em;border-radius:50%;overflow:hidden;white-space:nowrap;text-indent:2em;font-style:normal;vertical-align:-.25em}
i:before{position:absolute;inset:0;text-indent:0;text-align:center;font:700 .86em/1.5 var(--mono);color:var(--card)}
i.passed{background:var(--passed)}i.passed:before{content:"✓"/""}
i.failed{background:var(--failed)}i.failed:before{content:"✕"/""}
i.unproven{background:var(--unproven)}i.unproven:before{content:"?"/""}
i.warning{background:var(--warning);border-radius:4px}i.warning:before{content:"!"/""}
i.faulted{background:var(--faulted);border-radius:4px}i.faulted:before{content:"#"/""}
i.inapplicable{background:none;box-shadow:inset 0 0 0 1.5px var(--inapplicable)}i.inapplicable:before{content:"–"/"";color:var(--inapplicable)}
.top{margin:1.5rem 0 1.25rem;padding:1.4rem 2rem;background:var(--card);border:1px solid var(--rule);border-left:6px solid var(--unproven);border-radius:10px}
.top.passed{border-left-color:var(--passed)}.top.failed{border-left-color:var(--failed)}
.eyebrow{color:var(--soft);font-size:.9rem;display:flex;flex-wrap:wrap;gap:.15rem 1rem}.eyebrow b{color:var(--ink);font-weight:600}
h1{font-size:clamp(1.9rem,5vw,2.75rem);line-height:1.15;letter-spacing:-.025em;margin:.6rem 0 .3rem;display:flex;align-items:center;gap:.4em}
h1 i{font-size:.82em}
.lead{font-size:1.15rem}.claim{color:var(--soft);margin-top:.25rem}
.facts{display:flex;flex-wrap:wrap;gap:.5rem 2.25rem;margin-top:1.1rem;padding-top:.9rem;border-top:1px solid var(--rule)}
.facts dt{color:var(--soft);font-size:.85rem;line-height:1.3}.facts dd{margin:0;font-size:.95rem}
.pair{display:grid;grid-template-columns:minmax(0,3fr) minmax(0,2fr);gap:1.25rem}
.card{background:var(--card);border:1px solid var(--rule);border-radius:10px;padding:1.4rem 1.6rem}
.card h2{margin:0 0 .5rem}.card ul{padding-left:1.1rem;margin-top:.5rem}.card li{margin:.35rem 0}.card details{margin-top:1rem}
.wide{overflow-x:auto;margin-top:.6rem}
table{border-collapse:collapse;width:100%;font-size:.92rem}
th,td{text-align:left;padding:.3rem .6rem .3rem 0;border-top:1px solid var(--rule);vertical-align:top}
thead th,thead td{border:0;color:var(--soft);font-weight:500;font-size:.85rem}
.areas th[scope=row]{font-weight:400}.areas .bars{width:34%}.areas thead th{white-space:nowrap}.areas td,.areas thead th:not(:first-child){text-align:right;padding:.3rem 0 .3rem .75rem;font-variant-numeric:tabular-nums;white-space:nowrap}
.areas td{font-weight:600}.areas td.none,.areas td.inapplicable{font-weight:400}
td.passed{color:var(--passed)}td.failed{color:var(--failed)}td.unproven{color:var(--unproven)}td.faulted{color:var(--faulted)}td.inapplicable,td.none{color:var(--soft)}
svg{overflow:visible}.share{display:inline-block;width:100%;overflow:hidden;border-radius:4px;min-width:4rem}
rect.passed{fill:var(--passed)}rect.failed{fill:var(--failed)}rect.unproven{fill:var(--unproven)}rect.faulted{fill:var(--faulted)}rect.inapplicable{fill:var(--rule)}
.findings{list-style:none;padding:0;display:grid;gap:.5rem}
.findings li{display:flex;gap:.7rem;background:var(--card);border:1px solid var(--rule);border-radius:8px;padding:.7rem 1rem}
.findings .diagnosis{display:block;background:var(--failed-tint);border-color:var(--failed)}
.level{font-size:.72rem;font-weight:600;letter-spacing:.04em;color:var(--soft)}
.filter:not([hidden]){position:sticky;top:0;z-index:2;display:flex;flex-wrap:wrap;align-items:center;gap:.4rem;padding:.6rem 0;background:var(--page)}
button,input{font:inherit;font-size:.9rem;color:var(--ink);background:var(--card);border:1px solid var(--soft);border-radius:7px;padding:.25rem .7rem;min-height:2.1rem}
button{cursor:pointer;display:inline-flex;align-items:center;gap:.4rem}
button[aria-pressed=true]{background:var(--ink);color:var(--page);border-color:var(--ink)}
label{font-size:.9rem;display:flex;align-items:center;gap:.4rem}output{color:var(--soft);font-size:.9rem}
summary{cursor:pointer}
.rule{background:var(--card);border:1px solid var(--rule);border-radius:8px;margin:.4rem 0}
.rule>summary,.verdict>summary{list-style:none;display:grid;align-items:baseline}
.rule>summary::-webkit-details-marker,.verdict>summary::-webkit-details-marker{display:none}
.rule>summary{grid-template-columns:1.6rem minmax(0,1fr) auto;gap:.1rem .6rem;padding:.65rem 1rem}
.rule>summary:hover,.verdict>summary:hover{background:var(--sunk);border-radius:8px}
.rule>summary i{grid-row:span 2}.rule>summary .sentence{grid-column:2/-1;color:var(--soft);font-size:.94rem;grid-row:2}
.rule>summary small{grid-row:1;grid-column:3}
.rule>summary code{font-weight:600}
.rule>summary small:after,.verdict>summary:after{content:"▸"/"";color:var(--soft);display:inline-block;width:1em;text-align:right}
.rule[open]>summary small:after,.verdict[open]>summary:after{content:"▾"/""}
.rule[open]>summary .sentence{color:var(--ink)}
.rule[data-look=failed]{border-left:4px solid var(--failed)}.rule[data-look=warning]{border-left:4px solid var(--warning)}.rule[data-look=unproven]{border-left:4px solid var(--unproven)}.rule[data-look=faulted]{border-left:4px solid var(--faulted)}
.rule>.body{padding:0 1rem .8rem 3.2rem}
.where{color:var(--soft);font-size:.88rem;margin:.3rem 0}.fix{margin:.5rem 0;padding:.55rem .8rem;background:var(--sunk);border-radius:6px}
.verdict{border-top:1px solid var(--rule)}
.verdict>summary{grid-template-columns:1.6rem minmax(0,1fr) auto;gap:.6rem;padding:.5rem 0}.verdict>summary code{color:var(--soft)}
.verdict>.body{padding:.1rem 0 1rem 2.2rem}
.verdict dl{display:grid;grid-template-columns:6rem minmax(0,1fr);gap:.2rem .8rem}.verdict dt{color:var(--soft)}.verdict dd{margin:0}
.command{display:block;background:var(--sunk);padding:.4rem .6rem;border-radius:6px;user-select:all}
pre{margin:.3rem 0 .6rem;padding:.7rem .9rem;background:var(--sunk);border:1px solid var(--rule);border-radius:6px;white-space:pre-wrap;line-height:1.45}
.hex pre{white-space:pre;overflow-x:auto}.hex summary{font-size:.88rem;color:var(--soft)}
.from{color:var(--soft);font-size:.85rem;margin-top:.5rem}
figure{margin:1rem 0}figcaption{font-size:.9rem;color:var(--soft)}figcaption b{color:var(--ink);display:block}
.pic{display:block;width:100%;max-width:54rem;margin-top:.7rem;font:12px var(--mono);overflow:visible}
.pic text{fill:var(--soft)}.pic .axis{stroke:var(--soft);stroke-width:1.5}.pic .band{fill:var(--link);opacity:.22}.pic .on{fill:var(--ink)}.pic .off{stroke:var(--failed);stroke-width:3;fill:none}.pic .tick{stroke:var(--ink);stroke-width:1.5}.pic .again{fill:var(--warning)}.pic .bar{fill:var(--link)}
.diff ins,.diff del{text-decoration:none;border-radius:3px;padding:0 1px;font-weight:700}
.diff ins{background:var(--passed-tint);color:var(--passed);border-bottom:2px solid}.diff del{background:var(--failed-tint);color:var(--failed);text-decoration:line-through}
.plain{font-size:.85rem;color:var(--soft);padding:0;list-style:none;display:flex;flex-wrap:wrap;gap:.1rem 1.2rem}
.seq{margin:1rem 0;max-width:44rem;font-size:.9rem}
.seq ol{list-style:none;padding:0}
.ends{display:flex;justify-content:space-between;margin-left:4.5rem}.ends span{border:1px solid var(--soft);border-radius:5px;padding:.05rem .7rem;background:var(--card)}
.seq li{margin:0}.step{display:grid;grid-template-columns:4.5rem minmax(0,1fr);list-style:none}
.step::-webkit-details-marker{display:none}
.step>span{padding:.15rem .9rem;grid-column:2;border:solid var(--rule);border-width:0 2px;position:relative;text-align:center}
.step>.at{grid-column:1;grid-row:1;border:0;padding:.15rem .5rem 0 0;text-align:right;color:var(--soft);font-size:.85em;white-space:nowrap}
.go:before,.come:before{content:"";position:absolute;left:0;right:0;bottom:0;border-bottom:1.5px solid var(--soft)}
.back:before{border-bottom-style:dashed}
.go:after,.come:after{content:"";position:absolute;bottom:-4px;border:5px solid transparent}
.go:after{right:0;border-right-width:0;border-left:8px solid var(--soft)}.come:after{left:0;border-left-width:0;border-right:8px solid var(--soft)}
.step:after{content:"";grid-column:2;height:.6rem;border:solid var(--rule);border-width:0 2px}
summary.step .go:not(.back),summary.step .come:not(.back){text-decoration:underline dotted;text-underline-offset:.2em}
.gap{margin-left:4.5rem;text-align:center;color:var(--soft);border:dotted var(--rule);border-width:0 2px}
.seq li>details>:not(summary){margin-left:4.5rem}
.foot{margin-top:3rem;padding-block:1.2rem 3rem;border-top:1px solid var(--rule);color:var(--soft);font-size:.85rem}
.foot dl{display:grid;grid-template-columns:auto minmax(0,1fr);gap:.1rem 1rem}.foot dd{margin:0}
[hidden]{display:none!important}
@media(max-width:46rem){.pair{grid-template-columns:minmax(0,1fr)}.top{padding:1.25rem}.card{padding:1.1rem}main,.foot{padding-inline:.8rem}
.rule>.body{padding-left:1rem}.verdict>.body{padding-left:0}.verdict dl{grid-template-columns:minmax(0,1fr);gap:0}.verdict dd{margin-bottom:.4rem}
.rule>summary{padding:.6rem .7rem}.step{grid-template-columns:minmax(0,1fr)}.step>span,.step>.at,.step:after{grid-column:1}.step>.at{grid-row:auto;text-align:left;padding-left:.5rem}.ends,.gap,.seq li>details>:not(summary){margin-left:0}.areas .bars{display:none}
.filter:not([hidden]){position:static}html{scroll-padding-top:0}}
@media(prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}
@media print{:root{color-scheme:light;--page:#fff;--card:#fff;--ink:#000;--soft:#444;--rule:#bbb;--sunk:#f4f4f4;--link:#000;--passed:#14713b;--failed:#b3261e;--unproven:#8a5a00;--warning:#9a4a00;--inapplicable:#444;--faulted:#7a2da0;--passed-tint:#e7f4ec;--failed-tint:#fbeae9}
*{print-color-adjust:exact}html{font-size:9.5pt}.filter,.skip{display:none!important}main,.foot{max-width:none;padding:0}.top{margin-top:0}
.rule>summary,.findings li,figure,.seq,tr{break-inside:avoid}h2,h3{break-after:avoid}.rule{margin:.2rem 0}.rule>summary{padding:.25rem .6rem}pre{font-size:7.5pt}a{text-decoration:none}}
`
