/** What the first page has beside that: tables that scroll below their heads, the marks of the matrix, the filters. */
export const matrixStyle = `
.intro{border-left-color:var(--link)}
.intro h1{font-size:clamp(1.7rem,4vw,2.4rem)}
.jumps{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.3rem 1.6rem;margin:.9rem 0 0}
.legend{display:flex;flex-wrap:wrap;gap:.35rem 1.6rem;margin-top:1rem;padding-top:.9rem;border-top:1px solid var(--rule);font-size:.875rem;color:var(--soft)}
.legend div{display:flex;gap:.5rem;align-items:center}.legend dd{margin:0}.legend dd b{color:var(--ink);font-weight:600}
.role{margin-top:2.5rem}.role h2{font-size:1.5rem}
select{font:inherit;font-size:.9rem;color:var(--ink);background:var(--card);border:1px solid var(--soft);border-radius:7px;padding:.25rem .4rem;min-height:2.1rem;max-width:13rem}
.filter input{width:7.5rem}.filter:not([hidden]){gap:.4rem .9rem;z-index:5}
.scroll{overflow:auto;background:var(--card);border:1px solid var(--rule);border-radius:10px}
.standings{width:100%;min-width:58rem}
.standings th,.standings td{padding:.5rem .9rem .5rem 0;vertical-align:middle}
.standings tr>:first-child{position:sticky;left:0;background:var(--card);padding-left:1rem;width:17rem;min-width:12rem;font-weight:600}
.standings thead th{white-space:nowrap}.standings .share{display:block;margin-top:.35rem;border-radius:3px}
.standings i{margin-right:.25rem}.num{font-variant-numeric:tabular-nums;white-space:nowrap}.day,.standings .note{white-space:nowrap}
.num.failed,.num.warning{font-weight:700}td.warning{color:var(--warning)}rect.warning{fill:var(--warning)}.past{color:var(--warning)}
.grid-frame{max-height:calc(100vh - 7rem);min-height:20rem;width:fit-content;max-width:100%}
.grid{border-collapse:separate;border-spacing:0;table-layout:fixed;width:1px;font-size:.875rem}
.grid th,.grid td{padding:0;border-top:1px solid var(--rule)}
.grid thead th{width:2.5rem;position:sticky;top:0;z-index:2;background:var(--card);vertical-align:bottom;border:0;box-shadow:0 1px var(--rule)}
.grid thead th:first-child{left:0;z-index:3;padding:.6rem 1rem;width:32rem}
.grid thead a{display:flex;flex-direction:column;justify-content:center;writing-mode:vertical-rl;transform:rotate(180deg);width:100%;min-width:2.5rem;height:13rem;padding:.5rem 0;line-height:1.25;text-decoration:none;color:var(--ink);overflow-wrap:normal}
.grid thead a:hover,.grid thead a:focus-visible{text-decoration:underline}
.grid thead span,.grid thead small{overflow:hidden;text-overflow:ellipsis;white-space:nowrap;max-height:12rem;display:block}
.grid thead span{font-weight:600}.grid thead small{font-weight:400;font-size:.75rem}
.grid th[scope=row]{position:sticky;left:0;z-index:1;background:var(--card);font-weight:400;padding:.35rem 1rem;box-shadow:1px 0 var(--rule)}
.grid th[scope=row] a{font-family:var(--mono);font-size:.8125rem;font-weight:600;color:var(--ink)}
.grid th[scope=row] span{display:block;color:var(--soft);font-size:.8125rem;line-height:1.35}
.grid .group th{background:var(--sunk);padding:.5rem 0;font-size:.95rem}.grid .group span{position:sticky;left:1rem;padding:0 1rem 0 0}
.grid tr[data-level]:hover th,.grid tr[data-level]:hover td{background:var(--sunk)}
.grid td{vertical-align:middle}
.grid td>*,.mark{display:block;overflow:hidden;height:2.1rem;text-align:center;text-decoration:none}
.grid td a:focus-visible{outline-offset:-3px}
.mark{flex:none;width:1.6rem;height:1.6rem}.mark:before{margin:.1rem auto!important}
.grid td>:before,.mark:before{display:block;margin:.35rem auto;width:1.4rem;height:1.4rem;border-radius:50%;font:700 .9rem/1.4rem var(--mono)}
.p>a:before,.mark.p:before{content:"✓"/"";color:var(--passed)}
.f>a:before,.mark.f:before{content:"✕"/"";color:var(--card);background:var(--failed)}
.w>a:before,.mark.w:before{content:"!"/"";color:var(--card);background:var(--warning);border-radius:4px}
.u>a:before,.mark.u:before{content:"?"/"";color:var(--unproven);box-shadow:inset 0 0 0 2px var(--unproven)}
.x>a:before,.mark.x:before{content:"#"/"";color:var(--card);background:var(--faulted);border-radius:4px}
.n>a:before,.mark.n:before{content:"–"/"";color:var(--inapplicable)}
.o>b:before,.mark.o:before{content:"·"/"";color:var(--soft)}
@media(max-width:46rem){.legend{gap:.2rem 1rem}.legend span{display:none}.filter label{flex:1 1 45%;justify-content:space-between}.filter select,.filter input{flex:1;min-width:0;width:6rem}
.grid th[scope=row]{padding:.35rem .5rem}.grid th[scope=row] span{display:none}.grid th[scope=row] a{font-size:.75rem}
.grid thead th:first-child{padding:.5rem;width:9.5rem}.grid thead a{height:10rem}.grid thead span,.grid thead small{max-height:9rem}
.standings tr>:first-child{width:9.5rem;min-width:9.5rem;padding-left:.7rem}}
@media print{.scroll{overflow:visible;max-height:none;border:0}.grid th,.grid thead th,.standings tr>:first-child{position:static!important}.grid thead th:first-child{width:16rem}.grid thead th{width:1.8rem}.grid thead a{min-width:0}.grid th[scope=row] span{display:none}.standings{min-width:0}.legend dd{font-size:.8rem}}
`
