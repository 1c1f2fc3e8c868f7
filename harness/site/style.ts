/** What every page of a site has beside the style of a report: navigation, rules, chapters with their results. */
export const style = `
html{scroll-behavior:auto!important}
.site{display:flex;flex-wrap:wrap;gap:.2rem 1.5rem;max-width:68rem;margin:auto;padding:.8rem 1.25rem 0;font-size:.95rem}
.site b a{font-weight:600}
.site.wide-page,main.wide-page,.wide-page~.foot{max-width:110rem}
.subject{margin:1.2rem 0}.subject+.card,#findings+.card,#rules+.card{margin-top:1.5rem}.files a{margin-right:1.2rem}.subject h1{margin:.2rem 0}.subject h1 small{font-size:.6em;font-weight:400;letter-spacing:0}
.rule-page h1,.chapter h1{font-size:clamp(1.4rem,3.4vw,2rem);display:block}.rule-page h1 code{font-size:.9em;font-weight:600}
.rule-page blockquote,.chapter blockquote{margin:.6rem 0;padding:.6rem 1rem;border-left:4px solid var(--link);background:var(--card);border-radius:0 8px 8px 0;font-size:1.08rem}
.rule-page{margin-top:1.2rem}.rule-page .eyebrow{align-items:baseline}.field{margin:.5rem 0}.field b{color:var(--soft);font-weight:600}
.who{list-style:none;padding:0;margin:.4rem 0;display:grid;gap:.3rem}
.who li{display:flex;gap:.6rem;align-items:baseline}.who i{align-self:flex-start;margin-top:.15em}.who .where{display:block;margin:0}
.cases{columns:22rem;padding-left:1.1rem;font-size:.92rem}.cases li{break-inside:avoid;margin:.15rem 0}
.chapter{max-width:74rem;margin:1.2rem auto 0}.chapter :is(p,ul,ol,pre,.wide,h2,h3){max-width:48rem}
.chapter p,.chapter ul,.chapter ol{margin:.7rem 0}.chapter h2{margin-top:2.4rem}
.chapter .wide table{background:var(--card)}.chapter .wide{overflow-x:auto}.chapter td,.chapter th{padding:.35rem .8rem}
.duty{display:grid;grid-template-columns:minmax(0,48rem) minmax(15rem,1fr);gap:.2rem 2rem;margin:1.6rem 0;padding-top:1rem;border-top:1px solid var(--rule)}
.duty :is(h2,h3){margin:0;font:600 1rem/1.4 var(--mono);letter-spacing:0}.duty h3::first-letter{text-transform:none}.duty :is(h2,h3) a{color:inherit}
.duty aside{font-size:.9rem;grid-row:1/span 3;grid-column:2}.duty>div{grid-column:1}
.note{color:var(--warning)}
@media(max-width:60rem){.duty{grid-template-columns:minmax(0,1fr)}.duty aside{grid-row:auto;grid-column:1;padding:.5rem .8rem;background:var(--sunk);border-radius:8px}}
@media(max-width:46rem){.site{padding:.7rem .8rem 0}}
@media print{.site{display:none}}
`
