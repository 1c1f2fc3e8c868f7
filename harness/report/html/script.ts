/**
 * The only script of the page: the filter, and the opening of what a link points into. It reads the page and sets `hidden`,
 * `open` and `aria-pressed`; it writes no text but a count, and makes no element.
 */
export const script = `
'use strict'
const rules = [...document.querySelectorAll('.rule')]
const areas = [...document.querySelectorAll('.area')]
const buttons = [...document.querySelectorAll('[data-only]')]
const find = document.getElementById('find')
const left = document.getElementById('left')
const unfold = document.getElementById('unfold')
const texts = new Map(rules.map((rule) => [rule, rule.querySelector('summary').textContent.toLowerCase() + [...rule.querySelectorAll('.verdict>summary')].map((each) => each.textContent.toLowerCase()).join(' ')]))
let only = ''

function filter() {
  const words = find.value.toLowerCase().split(' ').filter((word) => word !== '')
  let count = 0
  for (const rule of rules) {
    const shown = (only === '' || rule.dataset.look === only) && words.every((word) => texts.get(rule).includes(word))
    rule.hidden = !shown
    if (shown) count += 1
  }
  for (const area of areas) area.hidden = !area.querySelector('.rule:not([hidden])')
  left.textContent = count === rules.length ? '' : count + ' of ' + rules.length + ' rules'
}

function reveal() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)))
  if (!target) return
  const rule = target.closest('.rule')
  if (rule && rule.hidden) {
    find.value = ''
    choose('')
  }
  for (let at = target; at; at = at.parentElement) if (at.localName === 'details') at.open = true
  target.scrollIntoView()
}

function choose(look) {
  only = look
  for (const button of buttons) button.setAttribute('aria-pressed', String(button.dataset.only === look))
  filter()
}

for (const button of buttons) button.addEventListener('click', () => choose(button.dataset.only))
find.addEventListener('input', filter)
unfold.addEventListener('click', () => {
  const open = unfold.textContent === 'open all'
  for (const rule of rules) if (!rule.hidden) rule.open = open
  unfold.textContent = open ? 'close all' : 'open all'
})
window.addEventListener('hashchange', reveal)
document.getElementById('filter').hidden = false
if (location.hash !== '') reveal()
`
